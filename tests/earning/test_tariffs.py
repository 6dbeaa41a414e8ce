"""Tariffs: seeded once, changed by new versions from a day on, never backwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pointsvc.activities.queries import find_kinds
from pointsvc.earning.errors import TariffDayTaken, TariffInThePast, TariffUnknown
from pointsvc.earning.queries import find_versions, tariff_in_force
from pointsvc.earning.rules import TariffFacts
from pointsvc.earning.seeds import SEEDS, seed_tariffs
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 11, 21)
TWELVE = Terms("hour", 12, counts_as_service=True)


def seed(cast: Cast, scale: int = 10) -> int:
    return transact(
        lambda: seed_tariffs(
            community_id=cast.community_id, valid_from_on=TODAY, now=clock.now(), scale=scale
        )
    )


def change(cast: Cast, valid_from_on: date, code: str = "PLOT_CARE") -> TariffFacts:
    return transact(
        lambda: set_tariff(
            community_id=cast.community_id,
            code=code,
            terms=TWELVE,
            valid_from_on=valid_from_on,
            decision="居民会议第 3 号决议",
            decided_on=TODAY,
            recorded_by_id=cast.zhaofang.id,
            now=clock.now(),
            today=TODAY,
        )
    )


def test_seeding_twice_is_seeding_once(cast: Cast) -> None:
    assert (seed(cast), seed(cast)) == (len(SEEDS), 0)
    assert len(find_kinds(cast.community_id)) == len(SEEDS) == 28


def test_every_tariff_rests_on_a_decision(cast: Cast) -> None:
    seed(cast)
    versions = find_versions(community_id=cast.community_id)
    assert all(v.decision for some in versions.values() for v in some)


def test_sorting_ones_own_waste_earns_points_and_no_minutes(cast: Cast) -> None:
    seed(cast)
    found = tariff_in_force(community_id=cast.community_id, code="WASTE_SORT", on=TODAY)
    assert found is not None
    assert (found.rate_points, found.counts_as_service) == (2, False)
    assert (found.cap_day_points, found.cap_month_points, found.cap_holder) == (4, 60, "household")


def test_the_scale_of_one_point_an_hour_is_one_parameter(cast: Cast) -> None:
    seed(cast, scale=1)
    found = tariff_in_force(community_id=cast.community_id, code="PLOT_CARE", on=TODAY)
    assert found is not None
    assert (found.rate_points, found.cap_day_points, found.cap_month_points) == (1, 3, 24)


def test_a_new_version_holds_from_its_day_on(cast: Cast) -> None:
    seed(cast)
    change(cast, TODAY + timedelta(days=9))
    rates = [
        tariff_in_force(community_id=cast.community_id, code="PLOT_CARE", on=on)
        for on in (TODAY, TODAY + timedelta(days=8), TODAY + timedelta(days=9))
    ]
    assert [rate and rate.rate_points for rate in rates] == [10, 10, 12]


def test_a_version_never_begins_in_the_past(cast: Cast) -> None:
    seed(cast)
    with pytest.raises(TariffInThePast):
        change(cast, TODAY - timedelta(days=1))


def test_a_code_has_one_version_a_day(cast: Cast) -> None:
    seed(cast)
    with pytest.raises(TariffDayTaken):
        change(cast, TODAY)


def test_an_activity_that_is_not_there_has_no_tariff(cast: Cast) -> None:
    with pytest.raises(TariffUnknown):
        change(cast, TODAY, code="DANCING")
