"""Sixty real kills on each engine: no acknowledged point is lost, doubled or negative.

Workers die at failpoints and anywhere, hang, and lose their connections; servers and PostgreSQL are
killed whole; the disk is full. What clients were told is compared with the books by other code than
wrote them. `make torture` does the same thousands of times (docs/force.md).
"""

from __future__ import annotations

import sys
import threading
import time

import pytest

from tests.support import postgres
from tests.support.lacking import lack
from tests.torture.checker import Findings, check
from tests.torture.crowd import Client, Crowd, Programme
from tests.torture.run import table, torture
from tests.torture.stage import FORGETFUL, set_stage

KILLS = 60
FULL_SECONDS = 3
TOLD = 25


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_when_servers_are_killed(engine_name: str) -> None:
    if engine_name == "postgresql" and postgres.find_binaries() is None:
        lack("PostgreSQL (apt-get install postgresql)")
    figures = torture(engine_name, KILLS)
    sys.stdout.write(table(figures))  # shown by -s, and when it fails
    found = figures.findings
    assert (found.lost, found.doubled, found.answers, found.balances) == ([], [], [], [])
    assert (figures.contradictions, found.refused, found.unknown) == ([], [], 0)
    assert (figures.verified, figures.broken) == (True, [])
    assert figures.kills >= KILLS
    assert figures.acknowledged > 4 * KILLS
    assert figures.unanswered["nothing"] > KILLS / 2, "the kills were felt"
    assert len(figures.failpoints) > KILLS / 4, "they die in many places"


@pytest.mark.slow
def test_a_full_disk_is_503_and_half_of_nothing(engine_name: str) -> None:
    """docs/ledger.md case 43: writing goes on while there is a byte left, and again with room."""
    with set_stage(engine_name, members=3, workers=1) as stage:
        if not stage.disk.can_fill:
            pytest.skip("this machine lacks the right to mount a disk of its own to fill")
        stage.server.start()
        programme = Programme(stage.scene)
        client = Client(programme, lambda: stage.server.port, stage.logs / "client.jsonl", seed=1)
        stage.disk.fill()
        making_room = threading.Timer(FULL_SECONDS, stage.disk.empty)
        making_room.start()
        client.work()
        making_room.join()
        findings = check(stage.logs, stage.url)
    assert set(client.unanswered) <= {"503", "nothing"}
    assert client.unanswered["503"] > 0
    assert (findings.is_clean, findings.refused, client.contradictions) == (True, [], [])


@pytest.mark.slow
@pytest.mark.engines("postgresql")  # SQLite's file has it before anybody is answered
def test_points_that_are_truly_lost_are_found(engine_name: str) -> None:
    """With synchronous_commit=off PostgreSQL answers before it has written, and is killed then.

    It may have written by chance; five times in a row it does not.
    """
    tries = (_forgotten(engine_name) for _try in range(5))
    findings = next((each for each in tries if each.lost), None)
    assert findings is not None
    assert not findings.is_clean


def _forgotten(engine_name: str) -> Findings:
    with set_stage(engine_name, members=3, workers=1, settings=FORGETFUL) as stage:
        assert stage.cluster is not None
        stage.server.start()
        crowd = Crowd(stage.scene, lambda: stage.server.port, stage.logs, clients=2)
        while crowd.acknowledged < TOLD:
            time.sleep(0.005)
        stage.cluster.stop()
        stage.cluster.start()
        crowd.finish()
        return check(stage.logs, stage.url)
