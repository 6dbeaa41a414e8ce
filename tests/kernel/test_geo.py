"""Distances between points, and points as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pointsvc.kernel.geo import Point, distance_metres, point_at, point_in

QUARTER = 10_007_557  # of the way round a sphere of 6,371,009 m


def point(text: str) -> Point:
    found = point_in(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ("36.06, 103.83", "36.06, 103.83", 0),
        ("36.060000, 103.830000", "36.060001, 103.830000", 0),  # a tenth of a metre
        ("36.060000, 103.830000", "36.061000, 103.830000", 111),
        ("36.060000, 103.830000", "36.060000, 103.831000", 90),  # a degree east is shorter there
        ("-36.06, 103.83", "-36.061, 103.83", 111),
        ("39.904200, 116.407400", "31.230400, 121.473700", 1_067_311),  # 北京, 上海
        ("0, 179.999500", "0, -179.999500", 111),  # over the line where the day changes
        ("0, 180", "0, -180", 0),
        ("90, 0", "90, 135", 0),  # at a pole every longitude is the same spot
        ("90, 0", "0, 77", QUARTER),
        ("90, 0", "-90, 0", 2 * QUARTER),
        ("0, 0", "0, 180", 2 * QUARTER),
        ("10, 20", "-10, -160", 2 * QUARTER),  # the other side of the earth
    ],
)
def test_distances_that_are_known(one: str, other: str, metres: int) -> None:
    there, back = point(one), point(other)
    assert distance_metres(there, back) == pytest.approx(metres, abs=1)
    assert distance_metres(back, there) == distance_metres(there, back)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("36.123456, 103.123456", Point(36_123_456, 103_123_456)),
        ("36.123456，103.123456", Point(36_123_456, 103_123_456)),
        ("３６.5、 103.5", Point(36_500_000, 103_500_000)),
        ("  -36.1234567 -103  ", Point(-36_123_457, -103_000_000)),
        ("90,180", Point(90_000_000, 180_000_000)),
        ("103.123456, 36.123456", None),  # longitude first
        ("36.1, 181", None),
        ("90.0000001,0", Point(90_000_000, 0)),
        ("90.000001,0", None),
        ("36.1", None),
        ("36.1, 103.1, 5", None),
        ("1e1, 1e2", None),
        ("NaN, inf", None),
        ("", None),
    ],
)
def test_points_as_people_type_them(text: str, found: Point | None) -> None:
    assert point_in(text) == found


def test_a_point_reads_as_it_is_typed() -> None:
    assert str(Point(-36_000_001, 103_500_000)) == "-36.000001, 103.500000"
    assert point_in(str(Point(1, -1))) == Point(1, -1)


def test_numbers_off_the_map_are_no_point() -> None:
    assert point_at(Decimal("90.5"), 0) is None
    assert point_at(1e300, 0) is None
    assert point_at(45.5, -180) == Point(45_500_000, -180_000_000)
