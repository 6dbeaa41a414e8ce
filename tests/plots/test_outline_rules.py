"""Corners on a plain grid: what makes an outline, how large it is, what is wrong with the rest."""

from __future__ import annotations

import json
from decimal import Decimal
from math import cos, pi, sin
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pointsvc.plots.places.outline_words import FAULT_WORDS, fault_in_words
from pointsvc.plots.rules.geojson import FEATURES_MAX, as_features, read_features
from pointsvc.plots.rules.outlines import (
    CORNERS_MAX,
    Extent,
    Outline,
    OutlineFault,
    area_is_off,
    decide_outline,
    kept_outline,
    typed_corners,
)

EXTENT = Extent(200, 100)
SQUARE = ((0, 0), (100, 0), (100, 100), (0, 100))
RADII = st.lists(st.integers(60, 400), min_size=3, max_size=CORNERS_MAX)


def star(radii: list[int]) -> list[tuple[int, int]]:
    """Corners around a middle: never crossing, whatever the distances."""
    count = len(radii)
    return [
        (500 + round(r * cos(2 * pi * n / count)), 500 + round(r * sin(2 * pi * n / count)))
        for n, r in enumerate(radii)
    ]


def read(*features: Any, **more: Any) -> Any:
    """What a collection of these features says."""
    text = json.dumps({"type": "FeatureCollection", "features": list(features), **more})
    return read_features(json.loads(text, parse_float=Decimal), EXTENT)


def feature(number: Any = 1, ring: Any = None, **facts: Any) -> dict[str, Any]:
    """A plot of ten metres' side, unless told else."""
    corners = ring or [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    return {"type": "Feature", "properties": {"number": number, **facts}, "geometry": shape}


@pytest.mark.parametrize(
    ("corners", "code", "at"),
    [
        ([(0, 0), (50, 0)], "too_few", 0),
        ([(n % 60 * 10, n * 9) for n in range(CORNERS_MAX + 1)], "too_many", 0),
        ([(0, 0), (100, 0), (100, 1001)], "outside", 3),
        ([(0, 0), (-1, 0), (50, 50)], "outside", 2),
        ([(0, 0), (100, 0), (100, 100), (100, 0), (0, 100)], "repeated", 4),
        ([(0, 0), (100, 100), (100, 0), (0, 100)], "crossing", 1),
        ([(0, 0), (100, 0), (50, 0), (50, 50)], "crossing", 1),
        ([(0, 0), (100, 0), (100, 100), (50, 0), (0, 100)], "crossing", 1),
        ([(0, 0), (50, 50), (100, 100)], "crossing", 2),
        ([(1, 1), (3, 1), (3, 3)], "geographic", 0),
    ],
)
def test_what_is_no_plain_shape_on_the_map_is_told(
    corners: list[tuple[int, int]], code: str, at: int
) -> None:
    assert decide_outline(corners, EXTENT) == OutlineFault(code, at)
    assert fault_in_words(OutlineFault(code, at))


@given(RADII)
def test_every_ring_around_a_middle_is_taken_whichever_way_it_runs(radii: list[int]) -> None:
    corners = star(radii)
    there, back = decide_outline(corners, EXTENT), decide_outline(corners[::-1], EXTENT)
    for found in (there, back):
        if isinstance(found, OutlineFault):
            assert found.code in {"repeated", "crossing"}  # rounded onto one another
            return
    assert isinstance(there, Outline)
    assert isinstance(back, Outline)
    assert there.area_m2 == back.area_m2


@given(st.integers(1, 1999), st.integers(1, 999))
def test_the_area_of_a_rectangle_is_its_sides(width: int, height: int) -> None:
    found = decide_outline([(0, 0), (width, 0), (width, height), (0, height)], EXTENT)
    if isinstance(found, OutlineFault):
        assert found.code == "geographic"
        return
    assert abs(found.area_m2 - width * height / 100) <= 0.5 or found.area_m2 == 1
    assert found.middle == (round(width / 2), round(height / 2))


@given(RADII)
def test_typed_kept_and_read_again_it_is_the_same(radii: list[int]) -> None:
    outline = Outline(tuple(star(radii)))
    assert kept_outline(str(outline)) == outline
    assert typed_corners(outline.lines) == list(outline.corners)


def test_people_type_commas_brackets_and_wide_digits() -> None:
    typed = typed_corners("（12.5，8）\n\n 20 8 \n[２０, 16]")
    assert typed == [(125, 80), (200, 80), (200, 160)]
    assert typed_corners("12, 8\n东边") == OutlineFault("unreadable", 2)


def test_a_fifth_more_or_less_than_typed_is_let_pass() -> None:
    outline = Outline(SQUARE)
    assert [area_is_off(outline, area) for area in (None, 100, 84, 83, 125, 126)] == [
        False,
        False,
        False,
        True,
        False,
        True,
    ]


def test_every_fault_has_words() -> None:
    codes = {"unreadable", "no_collection", "too_many_features", "no_number", "no_polygon", "flat"}
    assert codes <= FAULT_WORDS.keys()


@given(st.dictionaries(st.integers(1, 9999), RADII, max_size=5))
def test_what_is_written_as_geojson_comes_back_as_it_went(plots: dict[int, list[int]]) -> None:
    wide = Extent(5000, 5000)
    outlines = {n: decide_outline(star(radii), wide) for n, radii in plots.items()}
    good = {n: each for n, each in outlines.items() if isinstance(each, Outline)}
    text = json.dumps(as_features((n, "田", 9, ["丁香"], each) for n, each in good.items()))
    found = read_features(json.loads(text, parse_float=Decimal), wide)
    assert isinstance(found, list)
    assert {each.number: each.outline for each in found} == good


@pytest.mark.parametrize("shift", [(106.7786, 39.2315), (116.391, 39.907)])
def test_degrees_of_the_earth_are_refused(shift: tuple[float, float]) -> None:
    east, north = shift
    ring = [[east + x / 1e5, north + y / 1e5] for x, y in SQUARE]
    assert read(feature(), feature(2, ring)) == OutlineFault("geographic")
    assert read(feature(), crs={"name": "EPSG:4326"}) == OutlineFault("geographic")


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (feature(None), "no_number"),
        (feature(True), "no_number"),
        (feature(ring=[[0, 0], [1, "a"], [2, 2]]), "unreadable"),
        (feature(ring=[[0, 0], [1], [2, 2]]), "unreadable"),
        ({"properties": {"number": 3}, "geometry": {"type": "MultiPolygon"}}, "no_polygon"),
        ({"properties": {"number": 3}, "geometry": None}, "no_polygon"),
        ("plot", "no_number"),
    ],
)
def test_one_broken_plot_is_told_and_the_others_are_read(broken: Any, code: str) -> None:
    good, bad = read(feature(9, species=["丁香", 7]), broken)
    assert (good.number, good.species, good.fault) == (9, "丁香", None)
    assert bad.fault.code == code


def test_a_number_counts_once_and_a_file_has_its_bounds() -> None:
    first, again = read(feature(1), feature("1"))
    assert (first.fault, again.fault) == (None, OutlineFault("number_repeated"))
    assert read(*[feature(n) for n in range(FEATURES_MAX + 1)]) == OutlineFault("too_many_features")
    others: list[Any] = [[], {"type": "Feature"}, {"type": "FeatureCollection", "features": 3}]
    for other in others:
        assert read_features(other, EXTENT) == OutlineFault("no_collection")
