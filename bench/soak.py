"""`python -m bench.soak [--minutes 30] [--out FILE]`: single scans at 70 % of the peak, minute after minute.

What it shows: whether memory, latency and errors stay as they were. Each minute is a line: scans/s, p50 and
p99 in ms, the memory of the server's processes in MB (PSS: what is shared is divided). An answer that is no
success ends it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import postgres
from bench.community import open_shifts
from bench.machine import memory_of
from bench.rounds import Rounds
from bench.scans import CLIENTS, Desk, standing

SHARE: Final = 0.7
PEAKS: Final = 3


def minutes_of(desk: Desk, minutes: int) -> Iterator[dict[str, Any]]:
    """The peak first, then a line for each minute."""
    scanners = desk.community.leaders[:CLIENTS]
    short = replace(desk, seconds=8.0)
    peak = median(
        short.singles(scanners, open_shifts(desk.community, scanners)).value for _ in range(PEAKS)
    )
    yield {"peak": round(peak), "rate": round(peak * SHARE)}
    for minute in range(1, minutes + 1):
        reading = desk.singles(
            scanners,
            open_shifts(desk.community, scanners),
            every_seconds=CLIENTS / (peak * SHARE),
        )
        said = {name: round(reading.aside[f"{name}_ms"], 1) for name in ("p50", "p99", "max")}
        memory = round(sum(memory_of(desk.roots["app"]).values()) / 1e6, 1)
        yield {"minute": minute, "rate": round(reading.value), **said, "memory_mb": memory}


def main() -> int:
    """Soak, and say each minute as it ends."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    rounds = Rounds(count=1, seconds=60.0, is_quick=False, takes_noise=True)
    lines: list[dict[str, Any]] = []
    with (
        postgres.running() as server,
        tempfile.TemporaryDirectory() as folder,
        standing(rounds, server, Path(folder)) as desk,
    ):
        for line in minutes_of(desk, asked.minutes):
            lines.append(line)
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
            if asked.out:
                asked.out.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
