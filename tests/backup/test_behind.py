"""Yesterday's copy put back: behind the published root, read only until a person declares the gap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.read_only import MARKER
from pointsvc.ledger.errors import GapNotByOperator
from pointsvc.ledger.jobs import seal_yesterday
from tests.backup.settings import Environment, is_refused
from tests.support.cast import Cast
from tests.support.commands import Said, pointsvc
from tests.support.databases import forget_published

pytestmark = pytest.mark.slow
OPERATOR = "13800000000"


class Street:
    """A server, its nights, and the copy of one of them."""

    def __init__(self, app: Flask, settings: Environment, copy: Path) -> None:
        self.app, self.settings, self.copy = app, settings, copy
        self.instance = Path(settings["POINTSVC_INSTANCE"])
        self.community_name = "尚城名邸"

    def say(self, *words: object) -> Said:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        return pointsvc(*words, environment=self.settings)

    def night(self, ago: int) -> None:
        """Seal the day before so many days ago."""
        with self.app.app_context():
            seal_yesterday(clocks.now() - timedelta(days=ago))

    def restore(self, *words: object) -> Said:
        said = self.say("restore", self.copy, "--replace", *words)
        assert said.code == 0, said.err
        return said


@pytest.fixture
def street(
    app: Flask,
    cast: Cast,  # noqa: ARG001 - people and an operator
    environment: Environment,
    tmp_path: Path,
) -> Iterator[Street]:
    """Three nights ago was sealed and copied; two more nights were sealed since."""
    made = Street(app, environment, tmp_path / "copy.zip")
    made.night(3)
    assert made.say("backup", made.copy).code == 0
    for ago in (2, 1):
        made.night(ago)
    yield made
    forget_published(made.instance)


def test_nothing_is_written_until_a_person_declares_the_gap(street: Street) -> None:
    """docs/ledger.md case 42."""
    said = street.restore()
    assert "declare-gap" in said.err
    refused = street.say("communities", "create", "新的家园")
    assert is_refused(refused, "read_only")
    waiting = street.say("jobs", "run-due")
    assert (waiting.code, "waits: read only" in waiting.out) == (1, True)
    nobody = street.say("ledger", "declare-gap", "--by", "13800000001", "--reason", "x")
    assert is_refused(nobody, GapNotByOperator.code)
    declared = street.say("ledger", "declare-gap", "--by", OPERATOR, "--reason", "磁盘坏了")
    assert declared.code == 0, declared.err
    assert not (street.instance / MARKER).exists()
    assert street.say("communities", "create", "新的家园").code == 0


@pytest.mark.engines("sqlite")
def test_the_next_nights_chain_to_what_was_published(street: Street) -> None:
    published = {file: file.read_text() for file in (street.instance / "roots").iterdir()}
    street.restore()
    street.say("ledger", "declare-gap", "--by", OPERATOR, "--reason", "磁盘坏了")
    assert street.say("jobs", "run-due").code == 0
    for file, before in published.items():
        assert file.read_text().startswith(before), "no restore takes back what was published"
    verified = street.say("ledger", "verify")
    assert verified.code == 0, verified.out
    [line] = {line.split()[-1] for line in verified.out.splitlines() if " → " in line[:30]} & {
        text.split()[-2] for text in published.values()
    } or [None]
    assert line, "verifying names the gap by the last published root"
    street.restore()
    assert (street.instance / MARKER).exists(), "an older copy again is a gap again"


@pytest.mark.engines("sqlite")
def test_a_copy_that_has_every_published_day_is_in_step(street: Street) -> None:
    assert street.say("backup", street.copy).code == 0
    assert "declare-gap" not in street.restore().err
    assert not (street.instance / MARKER).exists()


@pytest.mark.engines("sqlite")
def test_on_a_bare_machine_the_paper_board_tells(street: Street) -> None:
    roots = sorted((street.instance / "roots").iterdir())
    day, root, _source = roots[0].read_text().split("\n")[-2].split()
    forget_published(street.instance)
    street.restore()
    assert not (street.instance / MARKER).exists(), "nothing here knows what was published"
    words = ("--published-root", root, "--published-on", day, "--community", roots[0].stem)
    assert "declare-gap" in street.restore(*words).err
    assert (street.instance / MARKER).exists()


@pytest.mark.engines("sqlite")
def test_a_root_that_cannot_be_is_refused_before_anything(street: Street) -> None:
    words = ("--published-on", "2026-11-01", "--community", "尚城名邸")
    said = street.say("restore", street.copy, "--replace", "--published-root", "00ff", *words)
    assert said.code == 2
    assert not list(street.instance.glob("*.replaced-*"))
    assert "64" in said.err
