"""Points on the earth in whole micro-degrees of WGS-84, and how far apart two of them are.

No library: a distance of some hundred metres needs one formula, and geopy brings a geocoder along.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

MICRO: Final = 1_000_000
EARTH_RADIUS_METRES: Final = 6_371_009  # the mean radius (IUGG)
LATITUDE_MAX: Final = 90 * MICRO
LONGITUDE_MAX: Final = 180 * MICRO
_DEGREES: Final = r"([+-]?\d{1,3}(?:\.\d{1,15})?)"
_PAIR: Final = re.compile(rf"{_DEGREES}\s*[,;、\s]\s*{_DEGREES}")


@dataclass(frozen=True, slots=True)
class Point:
    """A point: latitude first (north is positive), then longitude (east is positive)."""

    latitude_microdegrees: int
    longitude_microdegrees: int

    def __str__(self) -> str:
        """As people type it: `36.123456, 103.123456`."""
        each = (self.latitude_microdegrees, self.longitude_microdegrees)
        return ", ".join(f"{Decimal(value) / MICRO:.6f}" for value in each)


@dataclass(frozen=True, slots=True)
class Circle:
    """A place on the map: its middle, and how far from it one is still there."""

    middle: Point
    radius_metres: int


def point_at(latitude: float | Decimal, longitude: float | Decimal) -> Point | None:
    """The point at these degrees, rounded to a micro-degree (a tenth of a metre); None off the map."""
    point = Point(round(latitude * MICRO), round(longitude * MICRO))
    is_on_map = (
        abs(point.latitude_microdegrees) <= LATITUDE_MAX
        and abs(point.longitude_microdegrees) <= LONGITUDE_MAX
    )
    return point if is_on_map else None


def point_in(text: str) -> Point | None:
    """The point in a text such as `36.123456, 103.123456`, in any width; None where there is none."""
    found = _PAIR.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return point_at(Decimal(found[1]), Decimal(found[2])) if found else None


def distance_metres(one: Point, other: Point) -> int:
    """Whole metres between two points on a sphere (haversine; wrong by 0.5 % at most)."""
    south, north = (math.radians(each.latitude_microdegrees / MICRO) for each in (one, other))
    turn = math.radians((other.longitude_microdegrees - one.longitude_microdegrees) / MICRO)
    half_chord = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin(turn / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half_chord))))
