"""Hourly points are whole steps, rounded down, and never more than the exact share."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from pointsvc.earning.rules import is_below_minimum, points_for_minutes


@pytest.mark.parametrize(
    ("minutes", "rate", "points"),
    [
        (0, 10, 0),
        (29, 10, 0),
        (30, 10, 5),
        (45, 10, 5),
        (59, 10, 5),
        (60, 10, 10),
        (120, 10, 20),
        (30, 15, 7),
        (90, 15, 22),
        (30, 1, 0),
        (60, 1, 1),
        (600, 12, 120),
    ],
)
def test_half_hours_count_whole(minutes: int, rate: int, points: int) -> None:
    assert points_for_minutes(minutes, rate_points=rate, step_minutes=30) == points


@given(minutes=st.integers(0, 1440), rate=st.integers(0, 1000), step=st.integers(1, 60))
def test_no_rounding_ever_gives_more_than_the_exact_share(
    minutes: int, rate: int, step: int
) -> None:
    points = points_for_minutes(minutes, rate_points=rate, step_minutes=step)
    exact = Fraction(minutes * rate, 60)
    assert exact - Fraction(step * rate, 60) - 1 < points <= exact


@given(minutes=st.integers(0, 1440), more=st.integers(0, 600), rate=st.integers(0, 1000))
def test_staying_longer_never_earns_less(minutes: int, more: int, rate: int) -> None:
    less = points_for_minutes(minutes, rate_points=rate, step_minutes=30)
    assert less <= points_for_minutes(minutes + more, rate_points=rate, step_minutes=30)


@pytest.mark.parametrize(
    ("minutes", "planned", "percent", "below"),
    [(71, 120, 60, True), (72, 120, 60, False), (0, 120, 0, False), (119, 120, 100, True)],
)
def test_the_minimum_is_a_share_of_the_planned_time(
    minutes: int, planned: int, percent: int, below: bool
) -> None:
    found = is_below_minimum(minutes, planned_minutes=planned, minimum_percent=percent)
    assert found is below
