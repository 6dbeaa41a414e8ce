"""Pure reading and writing of GeoJSON (RFC 7946) whose coordinates are plain metres of the plan.

Numbers come in as Decimal (the reader asks for them), so that what was drawn to a decimetre comes
back as it went. Beside `number` a feature may say `name`, `area_m2` and `species`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pointsvc.plots.rules.outlines import (
    Corner,
    Extent,
    Outline,
    OutlineFault,
    decide_outline,
    decimetres,
    metres,
)

FEATURES_MAX: Final = 500
BYTES_MAX: Final = 1_000_000
NUMBER_MAX: Final = 9999
NAME_MAX: Final = 80
SPECIES_MAX: Final = 200
METRES_MAX: Final = 100_000
_DEGREES: Final = ("CRS84", "4326", "4490")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plot as a file draws it; `fault` where its outline or one of its facts cannot be used."""

    place: int  # of the feature in its file, counted from one
    number: int | None
    outline: Outline | None = None
    name: str | None = None
    area_m2: int | None = None
    species: str | None = None
    fault: OutlineFault | None = None


def read_features(data: Any, extent: Extent) -> list[Drawn] | OutlineFault:
    """The plots of a FeatureCollection in its order, or why it is none."""
    if not isinstance(data, Mapping) or data.get("type") != "FeatureCollection":
        return OutlineFault("no_collection")
    features = data.get("features")
    if not isinstance(features, list):
        return OutlineFault("no_collection")
    if len(features) > FEATURES_MAX:
        return OutlineFault("too_many_features")
    if any(name in str(data.get("crs", "")) for name in _DEGREES):
        return OutlineFault("geographic")
    drawn = [_read(place, each, extent) for place, each in enumerate(features, 1)]
    if any(each.fault and each.fault.code == "geographic" for each in drawn):
        return OutlineFault("geographic")
    return _without_repeats(drawn)


def as_features(plots: Iterable[tuple[int, str, int | None, list[str], Outline]]) -> dict[str, Any]:
    """A FeatureCollection of plots: number, name, area, species, outline; rings run anticlockwise."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "number": number,
                    "name": name,
                    "area_m2": area_m2,
                    "species": species,
                },
                "geometry": {"type": "Polygon", "coordinates": [_ring(outline)]},
            }
            for number, name, area_m2, species, outline in plots
        ],
    }


def _ring(outline: Outline) -> list[list[float]]:
    corners = list(outline.corners)
    return [[float(metres(x)), float(metres(y))] for x, y in [*corners, corners[0]]]


def _read(place: int, feature: Any, extent: Extent) -> Drawn:
    found = feature if isinstance(feature, Mapping) else {}
    facts, shape = found.get("properties"), found.get("geometry")
    facts = facts if isinstance(facts, Mapping) else {}
    number = _whole(facts.get("number"), NUMBER_MAX)
    if number is None:
        return Drawn(place, None, fault=OutlineFault("no_number"))
    corners = _corners(shape)
    outline = corners if isinstance(corners, OutlineFault) else decide_outline(corners, extent)
    if isinstance(outline, OutlineFault):
        return Drawn(place, number, fault=outline)
    return Drawn(
        place,
        number,
        outline,
        name=_text(facts.get("name"), NAME_MAX),
        area_m2=_whole(facts.get("area_m2"), 1_000_000),
        species=_species(facts.get("species")),
    )


def _corners(shape: Any) -> list[Corner] | OutlineFault:
    """The one ring of a polygon."""
    if not isinstance(shape, Mapping) or shape.get("type") != "Polygon":
        return OutlineFault("no_polygon")
    rings = shape.get("coordinates")
    if not isinstance(rings, list) or len(rings) != 1 or not isinstance(rings[0], list):
        return OutlineFault("no_polygon")
    corners = []
    for number, point in enumerate(rings[0], 1):
        if not isinstance(point, list) or len(point) < 2:  # noqa: PLR2004 - x and y
            return OutlineFault("unreadable", number)
        x, y = point[0], point[1]
        if not (_is_number(x) and _is_number(y)):
            return OutlineFault("unreadable", number)
        corners.append((decimetres(x), decimetres(y)))
    return corners


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return is_number and abs(value) <= METRES_MAX


def _whole(value: Any, high: int) -> int | None:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value) if abs(value) <= high else None
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value.strip()[:7])
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 1 <= value <= high else None


def _text(value: Any, high: int) -> str | None:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text[:high] if text.isprintable() and text else None


def _species(value: Any) -> str | None:
    if isinstance(value, list):
        value = "、".join(each for each in value if isinstance(each, str))
    return _text(value, SPECIES_MAX)


def _without_repeats(drawn: Iterable[Drawn]) -> list[Drawn]:
    """A number that came before is a fault of the later one."""
    seen: set[int] = set()
    found = []
    for each in drawn:
        if each.number in seen:
            found.append(Drawn(each.place, each.number, fault=OutlineFault("number_repeated")))
        else:
            found.append(each)
        if each.number is not None:
            seen.add(each.number)
    return found
