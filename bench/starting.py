"""P13: from the command to ready, the memory of two workers, and installing the wheel."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

from bench import community
from bench.figures import Figure, Reading, Target, figure
from bench.loads import ROOT, get, send
from bench.machine import command_of, memory_of
from bench.postgres import Server
from bench.rounds import Rounds
from bench.serving import served

FIGURES: Final = ("P13",)
MEGABYTE: Final = 1_000_000
WARM: Final = 100
WORKERS: Final = 2


def measure(rounds: Rounds, server: Server, folder: Path, _wanted: Collection[str]) -> list[Figure]:
    """All three; the wheel once a round in an environment of its own."""
    database = server.make("starting")
    with community.office(folder, database):
        made = community.found(100, leaders=1, clerks=1)
    token = made.leaders[0].token

    def start() -> Reading:
        with served(folder, database) as product:
            asked = [[get("/api/v1/me", token) for _n in range(WARM)] for _lane in range(8)]
            send(product.port, asked, 30)
            return Reading(product.ready_seconds, _memory(product.process))

    readings = rounds.run({"start": start, "install": lambda: _install(folder)})
    start_of = readings["start"]
    return [
        figure("P13", "start to ready", "s", start_of, target=Target(1.5, is_most=True, unit=" s")),
        figure(
            "P13",
            "memory of two workers",
            "MB",
            [Reading(each.aside["workers_mb"]) for each in start_of],
            target=Target(200, is_most=True, unit=" MB"),
        ),
        figure(
            "P13",
            "memory with the server that watches them and its jobs",
            "MB",
            [Reading(each.aside["all_mb"]) for each in start_of],
        ),
        figure(
            "P13",
            "the wheel into a new environment",
            "s",
            readings["install"],
            target=Target(20, is_most=True, unit=" s"),
            note="packages from pip's cache or the index, as the machine has it",
        ),
    ]


def _memory(server: int) -> dict[str, float]:
    """Megabytes of the two workers, and of everything that the command started."""
    every = memory_of(server)
    workers = [n for n in every if n != server and "run-due" not in command_of(n)]
    assert len(workers) == WORKERS, workers
    return {
        "workers_mb": sum(every[number] for number in workers) / MEGABYTE,
        "all_mb": sum(every.values()) / MEGABYTE,
    }


def _install(folder: Path) -> Reading:
    """Build the wheel, make an environment, install it there with what it needs."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        wheel = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
        _run([*wheel, "--wheel-dir", place, str(ROOT)])
        [built] = Path(place).glob("*.whl")
        began = time.perf_counter()
        _run([sys.executable, "-m", "venv", f"{place}/venv"])
        pip = [f"{place}/venv/bin/python", "-m", "pip", "install", "-q"]
        _run([*pip, "-c", str(ROOT / "constraints.txt"), str(built)])
        return Reading(time.perf_counter() - began)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
