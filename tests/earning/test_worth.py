"""What a deed is worth: per hour, per check-in, per unit; until when; at which scale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from pointsvc.earning.rules import (
    TariffFacts,
    Worth,
    expires_on,
    in_force,
    room_left,
    scaled,
    worth_of,
)
from pointsvc.kernel.ids import derived_id

HOURLY = TariffFacts(
    id=derived_id("tariff"),
    code="PLOT_CARE",
    version=1,
    valid_from_on=date(2026, 1, 1),
    basis="hour",
    rate_points=10,
    step_minutes=30,
    minimum_percent=60,
    cap_day_points=30,
    cap_month_points=240,
    cap_holder="member",
    counts_as_service=True,
    expiry="end_of_next_year",
    expiry_months=None,
    decision="居民会议",
    decided_on=date(2025, 12, 20),
)
PER_VISIT = replace(HOURLY, basis="check_in", rate_points=5, counts_as_service=False)
PER_UNIT = replace(HOURLY, basis="quantity", rate_points=2)


@pytest.mark.parametrize(
    ("tariff", "part", "minutes", "quantity", "worth"),
    [
        (HOURLY, "in", 0, 1, Worth(0, 0)),
        (HOURLY, "out", 125, 1, Worth(20, 125)),
        (HOURLY, "out", 71, 1, Worth(0, 0, is_below_minimum=True)),
        (HOURLY, "whole", 72, 1, Worth(10, 72)),
        (PER_VISIT, "in", 0, 1, Worth(5, 0)),
        (PER_VISIT, "out", 90, 1, Worth(0, 0)),
        (PER_VISIT, "whole", 90, 1, Worth(5, 0)),
        (PER_UNIT, "in", 0, 7, Worth(0, 0)),
        (PER_UNIT, "out", 40, 7, Worth(14, 40)),
        (replace(PER_UNIT, rate_points=-10), "out", 0, 1, Worth(0, 0)),
    ],
)
def test_each_basis_pays_at_its_moment(
    tariff: TariffFacts, part: str, minutes: int, quantity: int, worth: Worth
) -> None:
    found = worth_of(
        tariff,
        part=part,  # type: ignore[arg-type]
        minutes=minutes,
        planned_minutes=120,
        quantity=quantity,
    )
    assert found == worth


def test_a_reason_lets_less_than_the_minimum_count() -> None:
    found = worth_of(HOURLY, part="out", minutes=30, planned_minutes=120, minimum_percent=0)
    assert found == Worth(5, 30)


@pytest.mark.parametrize(
    ("expiry", "months", "earned", "last"),
    [
        ("end_of_next_year", None, date(2026, 1, 1), date(2027, 12, 31)),
        ("end_of_next_year", None, date(2026, 12, 31), date(2027, 12, 31)),
        ("months", 1, date(2027, 1, 31), date(2027, 2, 28)),
        ("months", 1, date(2028, 1, 31), date(2028, 2, 29)),
        ("months", 12, date(2028, 2, 29), date(2029, 2, 28)),
        ("months", 18, date(2026, 11, 21), date(2028, 5, 21)),
        ("never", None, date(2026, 1, 1), date(9999, 12, 31)),
    ],
)
def test_points_can_be_spent_until(
    expiry: str, months: int | None, earned: date, last: date
) -> None:
    assert expires_on(replace(HOURLY, expiry=expiry, expiry_months=months), earned) == last


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.lists(st.integers(0, 1500), unique=True))
def test_the_version_in_force_is_the_last_that_has_begun(on: date, begins: list[int]) -> None:
    versions = [
        replace(HOURLY, version=no, valid_from_on=date.fromordinal(day + 739617))
        for no, day in enumerate(sorted(begins), 1)
    ]
    begun = [version for version in versions if version.valid_from_on <= on]
    assert in_force(versions, on) == (begun[-1] if begun else None)


@pytest.mark.parametrize(
    ("used", "cap", "amount", "fits"),
    [(0, 4, 2, 2), (3, 4, 2, 1), (4, 4, 2, 0), (9, 4, 2, 0), (9, None, 2, 2)],
)
def test_a_cap_cuts(used: int, cap: int | None, amount: int, fits: int) -> None:
    assert room_left(used=used, cap=cap, amount=amount) == fits


@pytest.mark.parametrize(
    ("points", "scale", "found"),
    [(10, 10, 10), (12, 1, 1), (2, 1, 1), (15, 1, 2), (10, 100, 100), (-10, 1, -1), (0, 1, 0)],
)
def test_one_scale_moves_all_seeds(points: int, scale: int, found: int) -> None:
    assert scaled(points, scale) == found
    assert scaled(None, scale) is None
