"""`make torture`: thousands of kills on both engines, and the figures.

`python -m tests.torture [--kills 2000] [--engine sqlite|postgresql] [--json FILE] [--forgetful]`
`--forgetful` lets PostgreSQL answer before it has written (synchronous_commit=off): points are then
truly lost when it is killed, and the checker has to say so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from tests.torture.run import Figures, table, torture, write
from tests.torture.stage import FORGETFUL

ENGINES: Final = ("sqlite", "postgresql")


def main() -> int:
    """The exit code: 0 when nothing was lost or doubled."""
    options = argparse.ArgumentParser(prog="make torture")
    options.add_argument("--kills", type=int, default=2000)
    options.add_argument("--engine", choices=ENGINES, action="append")
    options.add_argument("--json", type=Path)
    options.add_argument("--forgetful", action="store_true")
    asked = options.parse_args()
    figures: list[Figures] = []
    for engine in asked.engine or ENGINES:
        figures.append(torture(engine, asked.kills, FORGETFUL if asked.forgetful else None))
        sys.stdout.write(f"\n{table(figures[-1])}\n")
        sys.stdout.flush()
        if asked.json is not None:
            write(figures, asked.json)
    return 0 if all(each.is_clean for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
