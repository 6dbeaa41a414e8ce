"""What a run leaves: a JSON with its figures, its rounds, and what was measured on what."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure, table

FOLDER: Final = Path(__file__).parent / "results"


def in_order(figures: Sequence[Figure]) -> list[Figure]:
    """P1 to P14, then the curves, whatever was measured first."""
    return sorted(figures, key=lambda each: int(each.id[1:]) if each.id[1:].isdigit() else 100)


def as_json(
    figures: Sequence[Figure],
    *,
    begun: datetime,
    versions: Mapping[str, str],
    is_quiet: bool,
    others: float,
) -> dict[str, Any]:
    """The whole run; `is_quiet` is false where noise was let pass, and nothing is quoted from it."""
    return {
        "at": begun.isoformat(timespec="seconds"),
        "is_quiet": is_quiet,
        "others_cores_max": round(others, 3),
        "versions": dict(versions),
        "figures": [each.as_json() for each in in_order(figures)],
    }


def keep(run: Mapping[str, Any], folder: Path = FOLDER) -> Path:
    """Write it under its minute and commit; a noisy run says so in its name."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = "" if run["is_quiet"] else "-noisy"
    minute = run["at"][:16].replace(":", "")
    path = folder / f"{minute}-{run['versions']['commit']}{noise}.json"
    path.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def printed(figures: Sequence[Figure]) -> str:
    """The table for a terminal."""
    rows = table(figures)
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        + "\n"
        for row in rows
    )


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)
