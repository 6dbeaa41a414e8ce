"""Bars of twelve months as plain SVG, drawn by the server: no script, no style, readable on paper.

Charting libraries were weighed: pygal and matplotlib write styles and scripts into their SVG, which the
pages' policy refuses, and know neither the reader's language nor a table beside the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pointsvc.kernel.i18n import LazyText

WIDTH: Final = 400  # about a phone's, so that the words keep their size there
HEIGHT: Final = 190
TOP: Final = 22
BOTTOM: Final = 40
MONTHS_LEAST: Final = 6  # so that two months are no two walls
ALL_TOLD: Final = 7  # of more months only the highest and the last have their figure over the bar


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar and the words over it; none where two rows stand side by side."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A month under its bars, with the year where it begins."""

    x: int
    words: str
    year: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its title; the same figures stand in the table beside it."""

    id: str
    title: LazyText
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    series: tuple[tuple[str, LazyText], ...]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Series:
    """A row of figures, one a month, and how each is written; `kind` is "came" or "went"."""

    kind: str
    title: LazyText
    values: Sequence[int]
    words: Sequence[str]


def chart_of(
    chart_id: str, title: LazyText, months: Sequence[str], series: Sequence[Series]
) -> Chart:
    """The bars of one or two series, side by side in each month; `months` are named 2026-11."""
    most = max(1, *(value for row in series for value in row.values))
    step = WIDTH // max(MONTHS_LEAST, len(months))
    each = (step - step // 5) // len(series)
    bars = []
    for place, row in enumerate(series):
        for month, (value, words) in enumerate(zip(row.values, row.words, strict=True)):
            height = max(0, value) * (HEIGHT - TOP - BOTTOM) // most
            x = month * step + step // 10 + place * each
            y = HEIGHT - BOTTOM - height
            is_told = len(months) <= ALL_TOLD or value == most or month == len(months) - 1
            said = words if value and len(series) == 1 and is_told else ""
            bars.append(Bar(x, y, each, height, row.kind, said))
    ticks = [
        Tick(place * step + step // 2, str(int(month)), year if place == 0 or month == "01" else "")
        for place, (year, month) in enumerate(name.split("-") for name in months)
    ]
    told = tuple((row.kind, row.title) for row in series)
    return Chart(chart_id, title, tuple(bars), tuple(ticks), told)
