"""`python -m bench.report FILE… [--noisy]`: the table and the pictures of docs/performance.md.

Writes the table between the two marks in the document, and the pictures beside it. Of several runs the
last one named that has a figure says it: measuring everything takes two hours. A noisy run is refused:
nothing that others disturbed is quoted (`--noisy` with `--docs` elsewhere, to look at one).
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
from bench.results import in_order

BEGIN: Final = "<!-- bench: table -->"
END: Final = "<!-- bench: end -->"


def figures_of(run: dict[str, Any]) -> list[Figure]:
    """The figures of a kept run."""
    return [Figure(**each) for each in run["figures"]]


def markdown(runs: Sequence[dict[str, Any]]) -> str:
    """The table with what was measured on what under it; curves are pictures."""
    newest = {(each.id, each.what): (each, run) for run in runs for each in figures_of(run)}
    said = [pair for pair in newest.values() if pair[0].id not in curves.FIGURES]
    judged = [each for each, _run in said]
    header, *rows = table(in_order(judged))
    lines = [_row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
    notes = [f"{each.id}, {each.what}: {each.note}." for each in judged if each.note]
    kept = [(run, [each for each, of in said if of is run]) for run in runs]
    seen = [_seen(run, figures) for run, figures in kept if figures]
    facts = ", ".join(
        f"{name} {said}" for name, said in runs[-1]["versions"].items() if name != "commit"
    )
    return "\n".join([*lines, "", " ".join([*seen, f"On {facts}.", *notes]), ""])


def _seen(run: dict[str, Any], figures: Sequence[Figure]) -> str:
    names = ", ".join(dict.fromkeys(each.id for each in in_order(figures)))
    others = run["others_cores_max"]
    return f"{names}: {run['at'][:10]} at {run['versions']['commit']}, others ≤ {others} core."


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
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--noisy", action="store_true")
    asked = parser.parse_args()
    runs = [json.loads(file.read_text(encoding="utf-8")) for file in asked.files]
    if not (asked.noisy or all(run["is_quiet"] for run in runs)):
        sys.exit("this run was not quiet: no document quotes it")
    document = asked.docs / "performance.md"
    document.write_text(
        set_between(document.read_text(encoding="utf-8"), markdown(runs)), encoding="utf-8"
    )
    drawn = {name: picture for run in runs for name, picture in pictures(run).items()}
    for name, picture in drawn.items():
        (asked.docs / "images" / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
