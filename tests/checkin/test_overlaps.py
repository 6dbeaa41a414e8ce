"""One person in one place: stays never overlap in the books, however their scans arrive."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from pointsvc.checkin.scans import ScanReceipt
from pointsvc.cli.verification import verify_everything
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


@pytest.fixture
def duty_at_the_bins(duty: Duty, cast: Cast) -> UUID:
    """Beside the shift on plot 1 (08:50-10:50) one at the station from 08:50 to 12:50."""
    return duty.open_shift(
        duty.now() - timedelta(minutes=10),
        duty.later(hours=3, minutes=50),
        kind="WASTE_DUTY",
        place_id=cast.station_id,
        led_by=cast.sungang,
    )


def plot(duty: Duty, direction: str, minutes: int) -> ScanReceipt:
    """王强's scan of 李梅 so many minutes after 09:00, uploaded now."""
    return _upload(duty, "wangqiang", duty.shift_id, direction, minutes)


def bins(duty: Duty, shift_id: UUID, direction: str, minutes: int) -> ScanReceipt:
    """孙岗's."""
    return _upload(duty, "sungang", shift_id, direction, minutes)


def _upload(duty: Duty, leader: str, shift_id: UUID, direction: str, minutes: int) -> ScanReceipt:
    at = duty.nine + timedelta(minutes=minutes)
    return duty.scan(
        getattr(duty.cast, leader),
        duty.card(duty.cast.limei),
        direction,
        shift_id=shift_id,
        claimed_at=at,
    )


def test_an_earlier_stay_that_arrives_later_is_held_where_it_meets_the_later(
    duty: Duty, cast: Cast, duty_at_the_bins: UUID, clock: FrozenClock
) -> None:
    clock.advance(hours=5)
    bins(duty, duty_at_the_bins, "in", 30)
    bins(duty, duty_at_the_bins, "out", 90)
    plot(duty, "in", 0)
    left = plot(duty, "out", 110)
    assert (left.verdict, left.reason) == ("held", "scan.overlap")
    assert duty.minutes(cast.limei) == 0  # 60 of 240 planned minutes at the bins count for nothing
    assert verify_everything().ok


def test_a_stay_of_last_night_is_seen_after_midnight(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    night = duty.open_shift(duty.at("22:00"), duty.at("26:00"), kind="PATROL_NIGHT")
    other = duty.open_shift(
        duty.at("24:00"), duty.at("25:00"), kind="WASTE_DUTY", place_id=cast.station_id
    )
    card = duty.card(cast.limei)
    clock.at(duty.at("23:00"))
    duty.scan(cast.wangqiang, card, shift_id=night)
    clock.at(duty.at("25:00"))
    duty.scan(cast.wangqiang, card, "out", shift_id=night)
    clock.advance(hours=1)
    late = duty.scan(cast.zhaofang, card, shift_id=other, claimed_at=duty.at("24:30"))
    assert (late.verdict, late.reason) == ("held", "scan.overlap")


def test_eight_hours_are_those_of_the_day_on_which_each_stay_began(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    day = duty.open_shift(duty.at("10:00"), duty.at("17:00"), kind="CLEANUP")
    night = duty.open_shift(duty.at("22:00"), duty.at("25:00"), kind="PATROL_NIGHT")
    card = duty.card(cast.limei)
    for hour, direction, shift in (
        ("10:00", "in", day),
        ("17:00", "out", day),
        ("22:00", "in", night),
    ):
        clock.at(duty.at(hour))
        duty.scan(cast.wangqiang, card, direction, shift_id=shift)
    clock.at(duty.at("25:00"))
    left = duty.scan(cast.wangqiang, card, "out", shift_id=night)
    assert (left.verdict, left.reason, left.award_points) == ("held", "scan.long_day", 24)
    assert duty.minutes(cast.limei) == 420
