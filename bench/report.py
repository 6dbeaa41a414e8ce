"""`python -m bench.report FILE [--noisy]`: the table and the pictures of docs/performance.md.

Writes the table between the two marks in the document, and the pictures beside it. A noisy run is
refused: nothing that others disturbed is quoted (`--noisy` with `--docs` elsewhere, to look at one).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import curves
from bench.figures import Figure, table
from bench.loads import ROOT
from bench.plots import plot

BEGIN: Final = "<!-- bench: table -->"
END: Final = "<!-- bench: end -->"


def figures_of(run: dict[str, Any]) -> list[Figure]:
    """The figures of a kept run."""
    return [Figure(**each) for each in run["figures"]]


def markdown(run: dict[str, Any]) -> str:
    """The table with what was measured on what under it; curves are pictures."""
    judged = [each for each in figures_of(run) if each.id not in curves.FIGURES]
    header, *rows = table(judged)
    lines = [_row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
    on = run["versions"]
    facts = ", ".join(f"{name} {said}" for name, said in on.items() if name != "commit")
    notes = [f"{each.id}, {each.what}: {each.note}." for each in judged if each.note]
    seen = f"Seen {run['at'][:10]} at {on['commit']}; {facts}; others ≤ {run['others_cores_max']} core."
    return "\n".join([*lines, "", " ".join([seen, *notes]), ""])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def set_between(document: str, text: str) -> str:
    """The document with this between its marks."""
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    assert begin, BEGIN
    assert end, END
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def pictures(run: dict[str, Any]) -> dict[str, str]:
    """SVG by file name; none where the curves were not measured."""
    found = {each.what: each for each in figures_of(run) if each.id in curves.FIGURES}
    if not found:
        return {}
    scans = _points(found, curves.WITH_CLIENTS)
    waits = _points(found, curves.WITH_CLIENTS, "p99_ms")
    limit = _points(found, curves.LIMIT)
    lines = {"scans/s": scans, "p99, ms": waits, "L/s": limit}
    cost = {"app and database, µs": _points(found, curves.WITH_SIZE)}
    return {
        "performance-clients.svg": plot("Scans/s and p99 against clients", "clients", lines),
        "performance-size.svg": plot("CPU of a scan", "scans in one upload", cost),
    }


def _points(
    found: dict[str, Figure], start: str, aside: str = "value"
) -> list[tuple[float, float]]:
    return [
        (float(what.rpartition(" ")[2]), median(turn[aside] for turn in each.rounds))
        for what, each in found.items()
        if what.startswith(f"{start} ")
    ]


def main() -> None:
    """Write the document's part and its pictures."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--noisy", action="store_true")
    asked = parser.parse_args()
    run = json.loads(asked.file.read_text(encoding="utf-8"))
    if not (run["is_quiet"] or asked.noisy):
        sys.exit("this run was not quiet: no document quotes it")
    document = asked.docs / "performance.md"
    document.write_text(
        set_between(document.read_text(encoding="utf-8"), markdown(run)), encoding="utf-8"
    )
    for name, picture in pictures(run).items():
        (asked.docs / "images" / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
