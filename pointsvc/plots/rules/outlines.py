"""Pure geometry of plots on a plain grid: corners typed or imported, is it a plain shape, how large.

Corners are whole decimetres, the x axis to the right and y up from the lower left corner of the
plan: all sums are exact, and a plan is no map of the earth. No shapely: it would bring GEOS and
NumPy for the two formulas below, and would answer in floats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

DECIMETRES: Final = 10
CORNERS_MAX: Final = 60
CORNERS_MIN: Final = 3
AREA_OFF_PERCENT: Final = 20
MAP_WIDTH: Final = 300  # metres, where a community has said nothing
MAP_HEIGHT: Final = 200
DEGREES_SPAN: Final = (
    5  # decimetres: smaller than this is no plot, but degrees of the earth would be
)
_NUMBER: Final = r"(-?\d{1,5}(?:\.\d{1,9})?)"
_LINE: Final = re.compile(rf"{_NUMBER}\s*[,;、\s]\s*{_NUMBER}")
Corner = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the community's map reaches, in metres from its lower left corner."""

    width_metres: int = MAP_WIDTH
    height_metres: int = MAP_HEIGHT

    def holds(self, corner: Corner) -> bool:
        """Whether the corner lies on the map, its edge included."""
        x, y = corner
        return (
            0 <= x <= self.width_metres * DECIMETRES and 0 <= y <= self.height_metres * DECIMETRES
        )


@dataclass(frozen=True, slots=True)
class OutlineFault:
    """Why corners are no outline; `at` is the line, the corner or the first edge, counted from one."""

    code: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Outline:
    """A plot's corners in order, the last one joined to the first."""

    corners: tuple[Corner, ...]

    @property
    def area_m2(self) -> int:
        """By the shoelace formula, rounded to a square metre, at least one."""
        return max(1, round(abs(doubled_area(self.corners)) / (2 * DECIMETRES**2)))

    @property
    def middle(self) -> Corner:
        """Where a label stands: the centroid, which lies inside of what is convex."""
        return middle_of(self.corners)

    def points(self, extent: Extent) -> str:
        """The corners as SVG wants them: y down from the top, a unit a decimetre."""
        top = extent.height_metres * DECIMETRES
        return " ".join(f"{x},{top - y}" for x, y in self.corners)

    def __str__(self) -> str:
        """As it is kept: `120,80 180,80 …` in decimetres."""
        return " ".join(f"{x},{y}" for x, y in self.corners)

    @property
    def lines(self) -> str:
        """As people type it: `12, 8` in metres, a corner a line."""
        return "\n".join(f"{metres(x)}, {metres(y)}" for x, y in self.corners)


def kept_outline(text: str | None) -> Outline | None:
    """The outline that is kept as `text`."""
    if not text:
        return None
    pairs = (pair.split(",") for pair in text.split())
    return Outline(tuple((int(x), int(y)) for x, y in pairs))


def typed_corners(text: str) -> list[Corner] | OutlineFault:
    """The corners of lines such as `12.5, 8`, in any width; empty lines are passed over."""
    corners = []
    for number, line in enumerate(unicodedata.normalize("NFKC", text).splitlines(), 1):
        plain = line.strip().strip("()[]").strip()
        if not plain:
            continue
        found = _LINE.fullmatch(plain)
        if found is None:
            return OutlineFault("unreadable", number)
        corners.append((decimetres(Decimal(found[1])), decimetres(Decimal(found[2]))))
    return corners


def decide_outline(corners: Sequence[Corner], extent: Extent) -> Outline | OutlineFault:
    """The outline that these corners make, or what is wrong with them.

    A plain shape: at least three corners, on the map, no corner twice, no two edges that meet
    beside their common corner. A first corner repeated at the end closes the ring and is left out.
    """
    ring = list(corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners)
    fault = _fault_of_count(ring) or _fault_of_place(ring, extent)
    if fault is None and (crossed := crossing_of(ring)) is not None:
        fault = OutlineFault("crossing", crossed)
    if fault is None and not doubled_area(ring):
        fault = OutlineFault("flat")
    return fault or Outline(tuple(ring))


def looks_geographic(corners: Sequence[Corner]) -> bool:
    """Whether it all lies within half a metre: degrees of the earth taken for metres."""
    across, up = [x for x, _y in corners], [y for _x, y in corners]
    return max(across) - min(across) < DEGREES_SPAN and max(up) - min(up) < DEGREES_SPAN


def crossing_of(ring: Sequence[Corner]) -> int | None:
    """The first edge that touches one which is not its neighbour, or runs back on its neighbour."""
    edges = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    count = len(edges)
    for one in range(count):
        _start, end = edges[one]
        if _runs_back(edges[one][0], end, edges[(one + 1) % count][1]):
            return one + 1
        for other in range(one + 2, count - (one == 0)):
            if _meet(*edges[one], *edges[other]):
                return one + 1
    return None


def doubled_area(corners: Sequence[Corner]) -> int:
    """Twice the area in square decimetres; negative where the corners run clockwise."""
    return sum(
        x * next_y - next_x * y
        for (x, y), (next_x, next_y) in zip(corners, [*corners[1:], corners[0]], strict=True)
    )


def middle_of(corners: Sequence[Corner]) -> Corner:
    """The centroid of a plain shape, to a decimetre."""
    doubled = doubled_area(corners)
    pairs = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    weights = [x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs]
    across = sum(w * (a[0] + b[0]) for w, (a, b) in zip(weights, pairs, strict=True))
    up = sum(w * (a[1] + b[1]) for w, (a, b) in zip(weights, pairs, strict=True))
    return round(across / (3 * doubled)), round(up / (3 * doubled))


def area_is_off(outline: Outline, area_m2: int | None) -> bool:
    """Whether the drawn area differs by more than a fifth from the one that was typed."""
    if area_m2 is None:
        return False
    return abs(outline.area_m2 - area_m2) * 100 > area_m2 * AREA_OFF_PERCENT


def decimetres(value: Decimal | int) -> int:
    """Metres as whole decimetres."""
    return int((Decimal(value) * DECIMETRES).to_integral_value())


def metres(value: int) -> str:
    """Decimetres as people write metres: `12`, `12.5`."""
    whole, tenth = divmod(abs(value), DECIMETRES)
    text = f"{whole}.{tenth}" if tenth else str(whole)
    return f"-{text}" if value < 0 else text


def _fault_of_count(ring: Sequence[Corner]) -> OutlineFault | None:
    if len(ring) < CORNERS_MIN:
        return OutlineFault("too_few")
    return OutlineFault("too_many") if len(ring) > CORNERS_MAX else None


def _fault_of_place(ring: Sequence[Corner], extent: Extent) -> OutlineFault | None:
    """The first corner that lies off the map, or where another one does."""
    if looks_geographic(ring):
        return OutlineFault("geographic")
    for number, corner in enumerate(ring, 1):
        if not extent.holds(corner):
            return OutlineFault("outside", number)
        if corner in ring[: number - 1]:
            return OutlineFault("repeated", number)
    return None


def _side(a: Corner, b: Corner, c: Corner) -> int:
    """On which side of the line from a to b the corner c lies: 1, −1, or 0 on the line."""
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 0) - (turn < 0)


def _within(a: Corner, b: Corner, c: Corner) -> bool:
    """Whether c, which lies on their line, lies between a and b."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Whether the edges a–b and c–d have a point in common."""
    sides = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if sides[0] != sides[1] and sides[2] != sides[3]:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(not side and _within(*end) for side, end in zip(sides, ends, strict=True))


def _runs_back(a: Corner, b: Corner, c: Corner) -> bool:
    """Whether the edge b–c lies on a–b and goes back over it."""
    forward = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
    return not _side(a, b, c) and forward < 0
