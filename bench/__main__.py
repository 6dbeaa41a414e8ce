"""`python -m bench [P1 P2 …]`: measure, print the table, keep the JSON."""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bench import (
    books,
    counter,
    curves,
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
from pointsvc.kernel import clock

PARTS: Final = (scans, curves, exchanges, embedded, size, pages, books, paper, starting, counter)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="P1 … P14, curves; all of them when none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0, help="of one round")
    parser.add_argument("--home", type=Path, help="a folder on the disk to measure on")
    parser.add_argument("--quick", action="store_true", help="a smoke of the harness")
    parser.add_argument("--noisy", action="store_true", help="let others' work pass, and mark it")
    parser.add_argument("--results", type=Path, default=results.FOLDER)
    return parser.parse_args()


def main() -> int:
    """Measure what was asked for; 1 when a target was missed, 2 when something could not be measured."""
    asked = _options()
    rounds = Rounds(
        count=min(2, asked.rounds) if asked.quick else asked.rounds,
        seconds=1.0 if asked.quick else asked.seconds,
        is_quick=asked.quick,
        takes_noise=asked.noisy or asked.quick,
    )
    figures: list[Figure] = []
    failed, begun = 0, clock.now()
    with (
        postgres.running(asked.home) as server,
        tempfile.TemporaryDirectory(dir=asked.home) as folder,
    ):
        said = {**versions(), "postgresql": server.version()}
        for part in PARTS:
            wanted = [name for name in part.FIGURES if not asked.only or name in asked.only]
            if not wanted:
                continue
            # An instance of its own: it remembers the roots of its database, and guards them.
            instance = Path(folder) / part.__name__
            instance.mkdir()
            try:
                figures += part.measure(rounds, server, instance, wanted)
            except Exception:  # noqa: BLE001 - an hour's other figures are kept
                failed += 1
                sys.stderr.write(f"{', '.join(wanted)}: {traceback.format_exc()}\n")
            results.keep(_run(rounds, figures, said, begun), asked.results)
    path = results.keep(_run(rounds, figures, said, begun), asked.results)
    sys.stdout.write(results.printed(results.in_order(figures)))
    sys.stdout.write(f"others: {rounds.worst_others:.2f} core at most\n{path}\n")
    return 2 if failed else int(any(each.is_met is False for each in figures))


def _run(
    rounds: Rounds, figures: list[Figure], said: dict[str, str], begun: datetime
) -> dict[str, Any]:
    return results.as_json(
        figures,
        begun=begun,
        versions=said,
        is_quiet=not rounds.takes_noise,
        others=rounds.worst_others,
    )


if __name__ == "__main__":
    sys.exit(main())
