"""P4 and P5: single scans on the embedded SQLite, and how long its slowest write takes.

The base of P4 is what SQLite itself can do of the very same: the rows that our service writes for
each scan are put down with their values, and one process writes them again into a copy of the same
database in raw sqlite3, one transaction for each scan, in the same sync mode.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from bench import community
from bench.community import Community
from bench.figures import Figure, Reading, Target, figure
from bench.loads import measured, post
from bench.postgres import Server
from bench.rounds import Measure, Rounds
from bench.serving import served
from pointsvc.checkin.scans import ScanRequest
from pointsvc.checkin.service import record_scans
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.callers import find_caller

FIGURES: Final = ("P4", "P5")
PEOPLE: Final = 8000
REPLAYED: Final = 1000
CLIENTS: Final = 8
WORKERS: Final = 1  # as it is on SQLite by itself
PROCESSES: Final = 4
PRAGMAS: Final = (
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "journal_mode=WAL",
    "synchronous=NORMAL",
)
Written = list[tuple[str, Any, bool]]


@dataclass(slots=True)
class Street:
    """The database as every round begins with it."""

    folder: Path
    community: Community
    kept: Path
    scans: list[Written]

    def fresh(self) -> Path:
        """A copy of it in an instance of its own, with the same keys."""
        instance = self.folder / "round"
        shutil.rmtree(instance, ignore_errors=True)
        instance.mkdir()
        shutil.copy2(self.folder / "secret.key", instance)
        return Path(shutil.copyfile(self.kept, instance / "round.sqlite3"))

    def over_http(self, workers: int, seconds: float) -> Reading:
        """Single scans through the served product."""
        path = self.fresh()
        cards = list(self.community.cards.values())
        leaders, shift_ids = self.community.leaders[:CLIENTS], self.community.shift_ids
        lanes = [
            [
                post("/api/v1/scans", leader.token, community.scan(code, shift_id))
                for code in cards[lane::CLIENTS]
            ]
            for lane, (leader, shift_id) in enumerate(zip(leaders, shift_ids, strict=True))
        ]
        with served(path.parent, f"sqlite:///{path}", workers=workers) as product:
            reading, total = measured(product.port, lanes, seconds, {"app": product.process})
        with sqlite3.connect(path) as connection:
            [count] = connection.execute("SELECT count(*) FROM attendances WHERE award_points > 0")
        assert count[0] == total, (count, total)
        return reading

    def raw(self) -> Reading:
        """The same writes again, by nothing but sqlite3."""
        connection = sqlite3.connect(self.fresh(), isolation_level=None, cached_statements=500)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        began = time.perf_counter()
        for scan in self.scans:
            connection.execute("BEGIN IMMEDIATE")
            for statement, values, is_many in scan:
                run = connection.executemany if is_many else connection.execute
                run(statement, values)
            connection.execute("COMMIT")
        seconds = time.perf_counter() - began
        connection.close()
        return Reading(len(self.scans) / seconds, {"seconds": seconds})


def measure(rounds: Rounds, _server: Server, folder: Path, wanted: Collection[str]) -> list[Figure]:
    """Measure what is wanted of these figures."""
    street = _street(
        folder, 600 if rounds.is_quick else PEOPLE, 100 if rounds.is_quick else REPLAYED
    )
    every: dict[str, tuple[str, Measure]] = {
        "sqlite3": ("P4", street.raw),
        "scans": ("P4", partial(street.over_http, WORKERS, rounds.seconds)),
        "four": ("P5", partial(street.over_http, PROCESSES, rounds.seconds)),
    }
    readings = rounds.run({name: todo for name, (of, todo) in every.items() if of in wanted})
    made: dict[str, Callable[[], Figure]] = {
        "P4": lambda: figure(
            "P4",
            "single scans on SQLite, 8 clients",
            "/s",
            readings["scans"],
            base=("raw sqlite3", readings["sqlite3"]),
            target=Target(0.3),
        ),
        "P5": lambda: figure(
            "P5",
            "slowest write, 4 processes on SQLite",
            "ms",
            [Reading(each.aside["max_ms"]) for each in readings["four"]],
            target=Target(100, is_most=True, unit=" ms"),
        ),
    }
    return [make() for name, make in made.items() if name in wanted]


def _street(folder: Path, people: int, replayed: int) -> Street:
    built, kept = folder / "built.sqlite3", folder / "kept.sqlite3"
    with community.office(folder, f"sqlite:///{built}"):
        made = community.found(people, leaders=CLIENTS, clerks=0)
        made.shift_ids = community.open_shifts(made, made.leaders)
        _keep(built, kept)
        scans = _written(made, replayed)
    return Street(folder, made, kept, scans)


def _keep(built: Path, kept: Path) -> None:
    """The whole database in one file."""
    db.session.remove()
    with sqlite3.connect(built) as connection:
        connection.execute("VACUUM INTO ?", (str(kept),))


def _written(made: Community, count: int) -> list[Written]:
    """What our service writes for so many scans, each with its values."""
    leader, shift_id = made.leaders[0], made.shift_ids[0]
    caller = find_caller(token=leader.token, carried_by="bearer", now=clock.now())
    assert caller is not None
    found: list[Written] = []

    def put_down(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            found[-1].append((statement, values, isinstance(values, list)))

    event.listen(db.engine, "before_cursor_execute", put_down)
    for code in list(made.cards.values())[:count]:
        found.append([])
        request = ScanRequest(new_id(), "in", code=code, shift_id=shift_id)
        transact(
            lambda request=request: record_scans(  # type: ignore[misc]
                community_id=made.id, caller=caller, scans=[request], now=clock.now()
            )
        )
    event.remove(db.engine, "before_cursor_execute", put_down)
    return found
