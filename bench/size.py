"""P7: check-ins, balance and statement with 5,000,000 entries in the books, against 10,000.

Both databases hold the same people. The small one is what the services make, an entry for each;
the 32 who ask for their statement have a full page of it in both. In the large one all passbooks go
on to 500 entries (bench/years.py).
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import Flask

from bench import community, years
from bench.community import Community
from bench.figures import Figure, Reading, Target, figure
from bench.loads import get, measured
from bench.postgres import Server
from bench.rounds import Measure, Rounds
from bench.scans import CLIENTS, Desk
from bench.serving import Served, served
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import Opening, open_balances

FIGURES: Final = ("P7",)
PEOPLE: Final = 10_000
DEPTH: Final = 500  # entries of each passbook in the large books
PAGE: Final = 50  # entries of a statement's page
ASKED: Final = 400  # requests in a lane


@dataclass(slots=True)
class Books:
    """One of the two databases, served."""

    app: Flask
    desk: Desk
    tokens: list[str]

    def scans(self) -> Reading:
        """Single scans by 32 leaders."""
        with self.app.app_context():
            queue = self.desk.community.leaders[:CLIENTS]
            return self.desk.singles(queue, community.open_shifts(self.desk.community, queue))

    def asked(self, path: str) -> Reading:
        """The same address by 32 people, each for themself."""
        lanes = [[get(path, token)] * ASKED for token in self.tokens]
        seconds, counted = self.desk.seconds, b"HTTP/1.1 200"
        reading, _total = measured(self.desk.port, lanes, seconds, self.desk.roots, counted=counted)
        return reading


def measure(rounds: Rounds, server: Server, folder: Path, _wanted: Collection[str]) -> list[Figure]:
    """Small and large in turn; both servers run all the time, one of them idle."""
    people, depth = (300, 50) if rounds.is_quick else (PEOPLE, DEPTH)
    with ExitStack() as stack:
        small = _stand(stack, server, folder / "small", rounds, people, 1)
        large = _stand(stack, server, folder / "large", rounds, people, depth)
        readings = rounds.run(_measures(small, large))
    entries = people * depth
    return [
        figure(
            "P7",
            f"{what} at {entries:,} entries",
            "/s",
            readings[f"{what}, large"],
            base=(f"at {people:,}", readings[f"{what}, small"]),
            target=Target(0.95),
        )
        for what in ("check-ins", "balance", "statement")
    ]


def _measures(small: Books, large: Books) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for name, books in (("small", small), ("large", large)):
        found[f"check-ins, {name}"] = books.scans
        found[f"balance, {name}"] = partial(books.asked, "/api/v1/me")
        found[f"statement, {name}"] = partial(books.asked, f"/api/v1/me/statement?limit={PAGE}")
    return found


def _stand(
    stack: ExitStack, server: Server, folder: Path, rounds: Rounds, people: int, depth: int
) -> Books:
    """A database of so many entries for each person, and a server before it."""
    folder.mkdir()
    name = f"books-{folder.name}"
    database = server.make(name)
    with community.office(folder, database) as app:
        made = community.found(people, clerks=0)
        _open(made)
        tokens = transact(lambda: [community.token_of(made.id, each) for each in _some(made)])
    with server.connect(name) as connection:
        if depth == 1:
            years.grow(connection, PAGE, owners=_some(made))
        else:
            years.grow(connection, depth)
        connection.execute("VACUUM (ANALYZE)")
    product: Served = stack.enter_context(served(folder, database))
    roots = {"app": product.process, "database": server.process}
    desk = Desk(made, product.port, roots, rounds.seconds, server)
    with app.app_context():
        desk.warm()
    return Books(app, desk, tokens)


def _some(made: Community) -> list[UUID]:
    return list(made.cards)[:CLIENTS]


def _open(made: Community) -> None:
    """The first entry of everybody, by the service."""
    now = clock.now()
    today = clock.local_day(now, community.ZONE)
    openings = [
        Opening(each, years.POINTS, new_id(), today + timedelta(days=400)) for each in made.cards
    ]
    transact(
        lambda: open_balances(
            community_id=made.id, openings=openings, recorded_by_id=None, now=now, business_on=today
        )
    )
