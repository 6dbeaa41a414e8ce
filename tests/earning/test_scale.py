"""The one scale: 10 points an hour, or 1 as in Ningxia; moving it moves every tariff, from a day on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from pointsvc.communities.queries import get_community
from pointsvc.earning.errors import ScaleTooEarly, TariffInThePast
from pointsvc.earning.queries import find_versions
from pointsvc.earning.rules import moved, rescaled, scaled
from pointsvc.earning.seeds import SEEDS
from pointsvc.earning.service import Terms
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.ids import new_id
from tests.earning.office import DECISION, TODAY, TOMORROW, Office

PAYING = [seed for seed in SEEDS if seed.points]


def test_one_hour_one_point_moves_every_tariff_from_its_day_on(office: Office) -> None:
    assert office.rescale(1) == len(PAYING)
    care, sorting = office.on(TOMORROW), office.on(TOMORROW, "WASTE_SORT")
    assert (care.rate_points, care.cap_day_points, care.cap_month_points) == (1, 3, 24)
    assert (sorting.rate_points, sorting.cap_month_points) == (1, 6)
    assert office.on(TODAY).rate_points == 10
    assert get_community(office.community_id).settings.rate_scale == 1


def test_every_new_version_rests_on_the_decision_and_keeps_the_other_terms(office: Office) -> None:
    before, _count = office.on(TODAY), office.rescale(1)
    after = office.on(TOMORROW)
    assert (after.decision, after.decided_on, after.version) == (DECISION, TODAY, 2)
    kept = ("basis", "step_minutes", "minimum_percent", "cap_holder", "counts_as_service", "expiry")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def test_what_is_planned_is_what_is_written(office: Office) -> None:
    planned = office.plan(25)
    assert office.on(TOMORROW).rate_points == 10
    office.rescale(25)
    for code, line in planned.items():
        found = office.on(TOMORROW, code)
        assert (found.rate_points, found.cap_day_points, found.cap_month_points) == (
            line.after.rate_points,
            line.after.cap_day_points,
            line.after.cap_month_points,
        )


def test_there_and_back_again_is_where_one_was(office: Office) -> None:
    before = {seed.code: office.on(TODAY, seed.code).rate_points for seed in SEEDS}
    office.rescale(1)
    office.rescale(10, valid_from_on=date(2026, 11, 23))
    after = {seed.code: office.on(date(2026, 11, 23), seed.code).rate_points for seed in SEEDS}
    assert after == before


def test_what_a_community_set_itself_moves_in_proportion(office: Office) -> None:
    office.set(Terms("hour", 25, cap_day_points=75), valid_from_on=TODAY)
    line = office.plan(4)["PLOT_CARE"]
    assert (line.after.rate_points, line.after.cap_day_points) == (10, 30)
    assert line.after.cap_month_points is None


def test_confirming_twice_changes_once(office: Office) -> None:
    change_id = new_id()
    first = office.rescale(1, change_id=change_id)
    assert office.rescale(1, change_id=change_id) == first
    versions = find_versions(community_id=office.community_id)
    assert sum(len(some) for some in versions.values()) == len(SEEDS) + len(PAYING)


def test_a_version_that_is_coming_is_not_left_at_the_old_scale(office: Office) -> None:
    office.set(Terms("hour", 12), valid_from_on=date(2026, 12, 1))
    with pytest.raises(ScaleTooEarly) as refused:
        office.plan(1, valid_from_on=date(2026, 12, 1))
    assert refused.value.context == {"valid_from_on": "2026-12-01"}
    with pytest.raises(ScaleTooEarly):
        office.rescale(1)
    assert get_community(office.community_id).settings.rate_scale == 10
    assert office.plan(1, valid_from_on=date(2026, 12, 2))["PLOT_CARE"].after.rate_points == 1


def test_a_scale_never_reaches_back(office: Office) -> None:
    with pytest.raises(TariffInThePast):
        office.rescale(1, valid_from_on=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("scale", "given", "field"),
    [(10, {}, "scale"), (1, {"decided_on": TOMORROW}, "decided_on")],
)
def test_no_change_and_no_decision_are_no_change_of_scale(
    office: Office, scale: int, given: dict[str, date], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        office.rescale(scale, **given)
    assert set(refused.value.errors) == {field}


def test_a_tariff_is_not_driven_beyond_its_range(office: Office) -> None:
    office.set(Terms("hour", 2000), valid_from_on=TODAY)
    with pytest.raises(Invalid):
        office.rescale(1000)
    assert get_community(office.community_id).settings.rate_scale == 10


@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(1, 1000))
def test_rescaling_is_whole_near_and_never_loses_a_rate_to_nothing(
    points: int, before: int, after: int
) -> None:
    found = rescaled(points, before=before, after=after)
    assert found is not None
    assert (found > 0, found < 0) == (points > 0, points < 0)
    assert abs(found * before - points * after) * 2 <= max(before, 2 * before - 2 * after)


@given(st.integers(1, 1000), st.integers(1, 1000), st.sampled_from(PAYING))
def test_a_seed_that_still_stands_goes_anywhere_without_drifting(
    before: int, after: int, seed: object
) -> None:
    points = getattr(seed, "points")  # noqa: B009 - typed as what hypothesis gives
    standing = scaled(points, before)
    assert moved(standing, points, before=before, after=after) == scaled(points, after)


def test_no_cap_stays_no_cap() -> None:
    assert moved(None, 30, before=10, after=1) is None
    assert moved(0, None, before=10, after=1) == 0
