"""P10: the ten main pages where 300 communities of 3,000 members have lived for five years.

One community has all five years: 120 entries in each passbook, nine shifts a day with twenty people
each, their scans and audit rows, an exchange every five months. The other 299 have their people,
groups, roles, cards, shelves and six entries each, so that every index is as deep as there are
people; the 108,000,000 entries of five years everywhere are not filled in. Pages are asked for
inside this process, through the whole application: what is timed is the server's time, and
statements are counted.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from flask import current_app
from sqlalchemy import event
from werkzeug.test import TestResponse

from bench import community, years
from bench.community import Community
from bench.exchanges import stocked
from bench.figures import Figure, Reading, Target, figure, percentile
from bench.postgres import Server
from bench.rounds import Rounds
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact

FIGURES: Final = ("P10",)
PEOPLE: Final = 3000
NEIGHBOURS: Final = 299
DEPTH: Final = 120
DEPTH_ELSEWHERE: Final = 6
PLOTS: Final = 9
ASKED: Final = 30  # times a page in a round
PAGES: Final = {
    "/me": "members",
    "/me/statement": "members",
    "/activities/open": "members",
    "/disclosure": "members",
    "/checkin": "leaders",
    "/members": "clerks",
    "/members?q=居民12": "clerks",
    "/shop/products": "keepers",
    "/shop/orders": "keepers",
    "/ledger": "auditors",
}


@dataclass(slots=True)
class Readers:
    """Who reads which page: tokens by role."""

    tokens: dict[str, list[str]]

    def asked(self, path: str) -> Reading:
        """A page by several people in turn: p50 and p99 in ms, and its statements."""
        tokens = self.tokens[PAGES[path]]
        path = _get(path, tokens[0]).location or path  # this month's, for one
        seconds, statements = [], []
        for turn in range(ASKED):
            began = time.perf_counter()
            answer = _get(path, tokens[turn % len(tokens)])
            seconds.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (path, answer.status)  # noqa: PLR2004
        with _counting() as counted:  # by itself: what is listened to goes a longer way
            for token in tokens:
                before = len(counted)
                _get(path, token)
                statements.append(len(counted) - before)
        return Reading(
            median(seconds),
            {"p99_ms": percentile(seconds, 0.99), "statements": max(statements)},
        )


def _get(path: str, token: str) -> TestResponse:
    """Ask as a stranger would: what the office or the last request remembered is not there."""
    client = current_app.test_client()
    return Context().run(partial(client.get, path, headers=_bearer(token)))


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def _counting() -> Iterator[list[str]]:
    """The statements that the engine is sent meanwhile."""
    sent: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


def measure(rounds: Rounds, server: Server, folder: Path, _wanted: Collection[str]) -> list[Figure]:
    """Every page in each round."""
    people, neighbours = (300, 3) if rounds.is_quick else (PEOPLE, NEIGHBOURS)
    with community.office(folder, server.make("pages")):
        made, readers = _founded(people)
        with server.connect("pages") as connection:
            home = str(made.id)
            years.settle_neighbours(connection, home, neighbours)
            years.grow(connection, DEPTH_ELSEWHERE)
            years.grow(connection, DEPTH, start=DEPTH_ELSEWHERE, home=home)
            years.live(connection, home, people, PLOTS)
            connection.execute("VACUUM (ANALYZE)")
        readings = rounds.run({path: partial(readers.asked, path) for path in PAGES})
    return _figures(readings)


def _founded(people: int) -> tuple[Community, Readers]:
    made = community.found(people, leaders=PLOTS, clerks=4)
    keepers, _products = transact(lambda: stocked(made, points=years.POINTS))
    some = list(made.cards)[:ASKED]
    transact(lambda: community.grant(made.id, some[-1], "auditor"))
    tokens = transact(lambda: [community.token_of(made.id, each) for each in some])
    readers = Readers(
        {
            "members": tokens[:-1],
            "auditors": tokens[-1:],
            "leaders": [each.token for each in made.leaders],
            "clerks": [each.token for each in made.clerks],
            "keepers": [each.token for each in keepers],
        }
    )
    return made, readers


def _figures(readings: dict[str, list[Reading]]) -> list[Figure]:
    slowest = [
        Reading(max(each.aside["p99_ms"] for each in turn))
        for turn in zip(*readings.values(), strict=True)
    ]
    most = [
        Reading(max(each.aside["statements"] for each in turn))
        for turn in zip(*readings.values(), strict=True)
    ]
    pages = [
        figure("P10", f"{path}, p50", "ms", values, target=Target(20, is_most=True, unit=" ms"))
        for path, values in readings.items()
    ]
    return [
        *pages,
        figure(
            "P10", "the slowest p99", "ms", slowest, target=Target(80, is_most=True, unit=" ms")
        ),
        figure(
            "P10", "most statements of a page", "statements", most, target=Target(12, is_most=True)
        ),
    ]
