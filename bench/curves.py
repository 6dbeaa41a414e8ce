"""The curves behind P1 and P2: scans/s and p99 against clients, CPU against the size of an upload."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Final

from bench import community
from bench.figures import Figure, Reading, figure
from bench.postgres import Server
from bench.rounds import Measure, Rounds
from bench.scans import Desk, standing

FIGURES: Final = ("curves",)
CLIENTS: Final = (1, 2, 4, 8, 16, 32)
SIZES: Final = (1, 10, 50, 200)
WITH_CLIENTS: Final = "scans, clients"
LIMIT: Final = "L, clients"
WITH_SIZE: Final = "CPU of a scan, uploaded at once"


def measure(rounds: Rounds, server: Server, folder: Path, _wanted: Collection[str]) -> list[Figure]:
    """Each point in each round; no target but the shape."""
    measures: dict[str, Measure] = {}
    with standing(rounds, server, folder) as desk:
        for clients in CLIENTS:
            limit = partial(server.limit, "limit-checkin.sql", desk.seconds, clients)
            measures[f"{LIMIT} {clients}"] = limit
            measures[f"{WITH_CLIENTS} {clients}"] = partial(_singles, desk, clients)
        for size in SIZES:
            measures[f"{WITH_SIZE} {size}"] = partial(_uploads, desk, size)
        readings = rounds.run(measures)
    return [
        figure("curves", what, "µs" if what.startswith(WITH_SIZE) else "/s", values)
        for what, values in readings.items()
    ]


def _singles(desk: Desk, clients: int) -> Reading:
    queue = desk.community.leaders[:clients]
    return desk.singles(queue, community.open_shifts(desk.community, queue))


def _uploads(desk: Desk, size: int) -> Reading:
    """CPU of app and database for each scan, in µs."""
    shift_ids = community.open_shifts(desk.community, desk.uploaders)
    reading = desk.uploads(desk.uploaders, shift_ids, size)
    return Reading(
        reading.aside["app_us"] + reading.aside["database_us"],
        {**reading.aside, "per_second": reading.value},
    )
