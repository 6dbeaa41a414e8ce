"""Curves as SVG: points of two or three lines on axes that double. Pure.

Drawn by ourselves, some eighty lines: matplotlib would bring eleven packages for two pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log2, log10
from typing import Final
from xml.sax.saxutils import escape

from bench.figures import number

WIDTH: Final = 640
HEIGHT: Final = 360
LEFT: Final = 70
RIGHT: Final = 20
TOP: Final = 50
BOTTOM: Final = 50
COLOURS: Final = ("#2f6f4f", "#c2672d", "#5a6f9e")
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axes:
    """Where a pair of numbers lies: doubling to the right, tenfold upwards."""

    left: float
    right: float
    bottom: int  # powers of ten
    top: int

    def x(self, value: float) -> float:
        """Across."""
        span = log2(self.right / self.left) or 1
        return LEFT + (WIDTH - LEFT - RIGHT) * log2(value / self.left) / span

    def y(self, value: float) -> float:
        """Down from the top."""
        share = (log10(value) - self.bottom) / (self.top - self.bottom)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def axes_for(lines: Mapping[str, Points]) -> Axes:
    """Axes that hold all points."""
    across = [x for points in lines.values() for x, _y in points]
    up = [log10(y) for points in lines.values() for _x, y in points]
    bottom = floor(min(up))
    return Axes(min(across), max(across), bottom, max(ceil(max(up)), bottom + 1))


def plot(title: str, across: str, lines: Mapping[str, Points]) -> str:
    """The picture; every point also says its number on hovering."""
    axes = axes_for(lines)
    parts = [*_frame(axes, lines), *_legend(lines)]
    for (name, points), colour in zip(lines.items(), COLOURS, strict=False):
        parts += _line(axes, name, points, colour)
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    heading = f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>'
    foot = f'<text x="{WIDTH / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across)}</text>'
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfaf6"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, ground, heading, *parts, foot, "</svg>\n"])


def _frame(axes: Axes, lines: Mapping[str, Points]) -> list[str]:
    parts = []
    for power in range(axes.bottom, axes.top + 1):
        y = axes.y(10.0**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd8cc"/>')
        label = number(10.0**power)
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for value in sorted({x for points in lines.values() for x, _y in points}):
        place = f'x="{axes.x(value):.1f}" y="{HEIGHT - BOTTOM + 18}"'
        parts.append(f'<text {place} text-anchor="middle">{value:g}</text>')
    return parts


def _legend(lines: Mapping[str, Points]) -> list[str]:
    return [
        f'<text x="{LEFT + turn * 190}" y="40" fill="{colour}">● {escape(name)}</text>'
        for turn, (name, colour) in enumerate(zip(lines, COLOURS, strict=False))
    ]


def _line(axes: Axes, name: str, points: Points, colour: str) -> list[str]:
    places = [(axes.x(x), axes.y(y)) for x, y in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}">'
        f"<title>{escape(name)} {across:g}: {number(value)}</title></circle>"
        for (x, y), (across, value) in zip(places, points, strict=True)
    ]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]
