"""P1, P2, P6, P8, P9: scans through HTTP on PostgreSQL, against the limit L."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from bench import community
from bench.community import Community, Scanner, learn
from bench.figures import Figure, Reading, Target, figure
from bench.loads import measured, post, send
from bench.postgres import Server
from bench.rounds import Measure, Rounds
from bench.serving import served
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact

FIGURES: Final = ("P1", "P2", "P6", "P8", "P9")
PEOPLE: Final = 20_000
BATCH: Final = 200
CLIENTS: Final = 32
FEW: Final = 8
UPLOADERS: Final = 8
WARM_SECONDS_MAX: Final = 600
FIRST_UPLOADS: Final = 10  # then PostgreSQL looks: plans made on empty tables are slow on full ones
OFFLINE_FOR: Final = timedelta(minutes=20)


@dataclass(slots=True)
class Desk:
    """The community, the server in front of it, and how long a round takes."""

    community: Community
    port: int
    roots: dict[str, int]
    seconds: float
    server: Server

    def singles(
        self,
        scanners: Sequence[Scanner],
        shift_ids: Sequence[UUID],
        *,
        every_seconds: float = 0.0,
    ) -> Reading:
        """Single scans, one connection for each scanner, which pauses between them."""
        lanes = _dealt(self.community, len(scanners))
        requests = [
            [
                post("/api/v1/scans", scanner.token, community.scan(code, shift_id))
                for _member_id, code in cards
            ]
            for scanner, shift_id, cards in zip(scanners, shift_ids, lanes, strict=True)
        ]
        return self._sent(requests, every_seconds)

    def uploads(
        self, scanners: Sequence[Scanner], shift_ids: Sequence[UUID], size: int = BATCH
    ) -> Reading:
        """What phones bring home that had no network: 200 scans at once, each numbered and timed."""
        return self._sent(self._uploads(scanners, shift_ids, size))

    def _uploads(
        self, scanners: Sequence[Scanner], shift_ids: Sequence[UUID], size: int
    ) -> list[list[bytes]]:
        lanes = _dealt(self.community, len(scanners))
        return [
            [
                post("/api/v1/scans/batch", scanner.token, body)
                for body in _bodies(cards, shift_id, size)
            ]
            for scanner, shift_id, cards in zip(scanners, shift_ids, lanes, strict=True)
        ]

    def _sent(self, requests: list[list[bytes]], every_seconds: float = 0.0) -> Reading:
        self.server.settle()
        reading, total = measured(
            self.port, requests, self.seconds, self.roots, every_seconds=every_seconds
        )
        community.go_home(total)
        return reading

    def warm(self) -> None:
        """Everybody has earned before, and every worker has seen every statement."""
        shift_ids = community.open_shifts(self.community, self.uploaders)
        requests = self._uploads(self.uploaders, shift_ids, BATCH)
        uploads = [each for lane in requests for each in lane]
        for some in (uploads[:FIRST_UPLOADS], uploads[FIRST_UPLOADS:]):
            send(self.port, [some[0::2], some[1::2]], WARM_SECONDS_MAX, sends_all=True)
            transact(learn)
        community.go_home(len(self.community.cards))

    @property
    def uploaders(self) -> list[Scanner]:
        """Leaders who were offline: nobody saw them scan meanwhile."""
        return self.community.leaders[CLIENTS : CLIENTS + UPLOADERS]


def _dealt(made: Community, lanes: int) -> list[list[tuple[UUID, str]]]:
    """The cards, dealt out to so many queues."""
    cards = list(made.cards.items())
    return [cards[lane::lanes] for lane in range(lanes)]


def _bodies(cards: list[tuple[UUID, str]], shift_id: UUID, size: int) -> list[dict[str, Any]]:
    """Whole uploads from one phone, as our offline page sends them."""
    phone, claimed_at = new_id(), (clock.now() - OFFLINE_FOR).isoformat()
    scans = [
        {
            **community.scan(code, shift_id),
            "claimed_at": claimed_at,
            "device_id": phone,
            "device_counter": n,
        }
        for n, (_member_id, code) in enumerate(cards, 1)
    ]
    return [{"scans": scans[at : at + size]} for at in range(0, len(scans), size)]


def measure(rounds: Rounds, server: Server, folder: Path, wanted: Collection[str]) -> list[Figure]:
    """Measure what is wanted of these figures."""
    with standing(rounds, server, folder) as desk:
        return _figures(rounds.run(_measures(desk, rounds, wanted)), wanted)


@contextmanager
def standing(rounds: Rounds, server: Server, folder: Path) -> Iterator[Desk]:
    """The limit's tables, the community, the product before it, warm."""
    server.lay_limit()
    database = server.make("scans")
    with community.office(folder, database):
        made = community.found(4000 if rounds.is_quick else PEOPLE)
        with served(folder, database) as product:
            roots = {"app": product.process, "database": server.process}
            desk = Desk(made, product.port, roots, rounds.seconds, server)
            desk.warm()
            yield desk


def _measures(desk: Desk, rounds: Rounds, wanted: Collection[str]) -> dict[str, Measure]:
    made = desk.community
    queue, few, clerks = made.leaders[:CLIENTS], made.leaders[:FEW], made.clerks
    every: dict[str, tuple[set[str], Measure]] = {
        "L": ({"P1", "P2"}, partial(server_limit, desk.server, rounds.seconds)),
        "single": ({"P1", "P8"}, lambda: desk.singles(queue, _own(made, queue))),
        "uploads": ({"P2"}, lambda: desk.uploads(desk.uploaders, _own(made, desk.uploaders))),
        "few": ({"P9"}, lambda: desk.singles(few, _own(made, few))),
        "many": ({"P6"}, lambda: desk.singles(clerks, _own(made, clerks))),
        "one": ({"P6"}, lambda: desk.singles(clerks, _shared(made, clerks))),
    }
    return {name: todo for name, (of, todo) in every.items() if of & set(wanted)}


def server_limit(server: Server, seconds: float) -> Reading:
    """L in this round."""
    return server.limit("limit-checkin.sql", seconds)


def _own(made: Community, scanners: list[Scanner]) -> list[UUID]:
    return community.open_shifts(made, scanners)


def _shared(made: Community, scanners: list[Scanner]) -> list[UUID]:
    return community.open_shifts(made, scanners[:1]) * len(scanners)


def _figures(readings: dict[str, list[Reading]], wanted: Collection[str]) -> list[Figure]:
    made: dict[str, Callable[[], Figure]] = {
        "P1": lambda: figure(
            "P1",
            "single scans, 32 clients",
            "/s",
            readings["single"],
            base=("L", readings["L"]),
            target=Target(0.25, aim=0.5),
        ),
        "P2": lambda: figure(
            "P2",
            "uploads of 200, check-ins",
            "/s",
            readings["uploads"],
            base=("L", readings["L"]),
            target=Target(1.2, aim=2.5),
        ),
        "P6": lambda: figure(
            "P6",
            "all at one shift, scans",
            "/s",
            readings["one"],
            base=("32 shifts", readings["many"]),
            target=Target(0.9),
        ),
        "P8": lambda: figure(
            "P8",
            "server CPU of a single scan",
            "µs",
            [_cpu(reading) for reading in readings["single"]],
            target=Target(1300, aim=900, is_most=True, unit=" µs"),
        ),
    }
    found = [make() for name, make in made.items() if name in wanted]
    return found + (_waits(readings["few"]) if "P9" in wanted else [])


def _cpu(reading: Reading) -> Reading:
    parts = {name: reading.aside[name] for name in ("app_us", "database_us")}
    return Reading(sum(parts.values()), parts)


def _waits(readings: list[Reading]) -> list[Figure]:
    return [
        figure(
            "P9",
            f"a scan at 8 clients, p{share}",
            "ms",
            [Reading(reading.aside[f"p{share}_ms"]) for reading in readings],
            target=Target(bound, is_most=True, unit=" ms"),
        )
        for share, bound in ((50, 10), (99, 40))
    ]
