"""`python -m bench [P1 P2 …]`: measure, print the table, keep the JSON."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench import (
    books,
    embedded,
    exchanges,
    pages,
    paper,
    postgres,
    results,
    scans,
    size,
    starting,
)
from bench.figures import Figure
from bench.machine import versions
from bench.rounds import Rounds

PARTS: Final = (scans, exchanges, embedded, size, pages, books, paper, starting)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="P1 … P13; all of them when none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0, help="of one round")
    parser.add_argument("--home", type=Path, help="a folder on the disk to measure on")
    parser.add_argument("--quick", action="store_true", help="a smoke of the harness")
    parser.add_argument("--noisy", action="store_true", help="let others' work pass, and mark it")
    parser.add_argument("--results", type=Path, default=results.FOLDER)
    return parser.parse_args()


def main() -> int:
    """Measure what was asked for; 1 when a target was missed."""
    asked = _options()
    rounds = Rounds(
        count=2 if asked.quick else asked.rounds,
        seconds=1.0 if asked.quick else asked.seconds,
        is_quick=asked.quick,
        takes_noise=asked.noisy or asked.quick,
    )
    figures, said = _measured(rounds, asked.only, asked.home)
    run = results.as_json(
        figures,
        versions={**versions(), **said},
        is_quiet=not rounds.takes_noise,
        others=rounds.worst_others,
    )
    sys.stdout.write(results.printed(figures))
    sys.stdout.write(f"others: {rounds.worst_others:.2f} core at most\n")
    sys.stdout.write(f"{results.keep(run, asked.results)}\n")
    return int(any(each.is_met is False for each in figures))


def _measured(
    rounds: Rounds, only: list[str], home: Path | None
) -> tuple[list[Figure], dict[str, str]]:
    figures: list[Figure] = []
    with postgres.running(home) as server, tempfile.TemporaryDirectory(dir=home) as folder:
        said = {"postgresql": server.version()}
        for part in PARTS:
            wanted = [name for name in part.FIGURES if not only or name in only]
            if wanted:
                figures += part.measure(rounds, server, Path(folder), wanted)
    return figures, said


if __name__ == "__main__":
    sys.exit(main())
