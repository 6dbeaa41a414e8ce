"""P11: how fast the books are verified whole, and how fast wallets expire, on PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import text

from bench import community
from bench.community import Community
from bench.figures import Figure, Reading, Target, figure
from bench.postgres import Server
from bench.rounds import Rounds
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.jobs import expire_due
from pointsvc.ledger.service import Opening, open_balances

FIGURES: Final = ("P11",)
PEOPLE: Final = 10_000
OPENINGS: Final = 20  # entries for each of them
EXPIRING: Final = 3000


def measure(rounds: Rounds, server: Server, folder: Path, _wanted: Collection[str]) -> list[Figure]:
    """Verification in a process of its own, as an operator runs it; expiry in this one."""
    database = server.make("books")
    people = 500 if rounds.is_quick else PEOPLE
    with community.office(folder, database):
        made = community.found(people, leaders=1, clerks=1)
        for number in range(OPENINGS):
            _open(made, people, 300 + number)
        _analyse()
        days = count(1)
        readings = rounds.run(
            {
                "verify": lambda: _verified(folder, database),
                "expiry": lambda: _expired(made, min(people, EXPIRING), next(days)),
            }
        )
    return [
        figure(
            "P11", "verify everything, entries", "/s", readings["verify"], target=Target(100_000)
        ),
        figure("P11", "expiry, wallets", "/s", readings["expiry"], target=Target(2000)),
    ]


def _open(made: Community, people: int, days: int) -> None:
    """A transfer and an entry for each of so many people, usable for so many days (or past)."""
    now = clock.now()
    today = clock.local_day(now, community.ZONE)
    openings = [
        Opening(member_id, 10, new_id(), today + timedelta(days=days))
        for member_id in list(made.cards)[:people]
    ]
    transact(
        lambda: open_balances(
            community_id=made.id,
            openings=openings,
            recorded_by_id=None,
            now=now,
            business_on=today,
        )
    )


def _verified(folder: Path, database: str) -> Reading:
    """The command, from its start to its exit."""
    entries = _count("entries")
    environment = {
        **os.environ,
        "POINTSVC_INSTANCE": str(folder),
        "POINTSVC_DATABASE_URL": database,
    }
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pointsvc", "ledger", "verify", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    assert json.loads(done.stdout)["ok"], done.stdout
    return Reading(entries / seconds, {"entries": entries, "seconds": seconds})


def _expired(made: Community, people: int, days_ago: int) -> Reading:
    """A wallet of each of these people, whose last day was so many days ago; another each round."""
    _open(made, people, -days_ago)
    _analyse()
    before, began = _count("entries"), time.perf_counter()
    points = expire_due(clock.now())
    seconds = time.perf_counter() - began
    assert points == people * 10, points
    assert _count("entries") - before == people
    return Reading(people / seconds, {"seconds": seconds})


def _count(table: str) -> int:
    found = int(db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608
    db.session.rollback()
    return found


def _analyse() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
