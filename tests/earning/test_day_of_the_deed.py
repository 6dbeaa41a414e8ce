"""Case 15: what was in force at the check-in is paid, whatever was decided since; case 18: whole points."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from pointsvc.checkin.models import Attendance
from pointsvc.earning.queries import tariff_in_force
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.extensions import db
from pointsvc.kernel import clock as house_clock
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """An open shift on plot 1."""
    return Duty(cast)


def double(duty: Duty, *, in_days: int = 0) -> None:
    """Twenty points an hour, from a day on."""
    today = house_clock.local_day(house_clock.now(), house_clock.DEFAULT_ZONE)
    transact(
        lambda: set_tariff(
            community_id=duty.community_id,
            code="PLOT_CARE",
            terms=Terms("hour", 20, counts_as_service=True),
            valid_from_on=today + timedelta(days=in_days),
            decision="居民会议",
            decided_on=today,
            recorded_by_id=duty.cast.zhaofang.id,
            now=house_clock.now(),
            today=today,
        )
    )


def test_a_night_that_began_under_the_old_tariff_is_paid_by_it(
    duty: Duty, clock: FrozenClock
) -> None:
    clock.at("2026-11-21T23:00")
    double(duty, in_days=1)
    shift_id = duty.open_shift(duty.now(), duty.later(hours=2))
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card, shift_id=shift_id)
    clock.advance(hours=2)
    receipt = duty.scan(duty.cast.wangqiang, card, "out", shift_id=shift_id)
    assert (receipt.award_points, receipt.service_minutes) == (20, 120)


def test_the_version_that_paid_is_kept_with_the_attendance(duty: Duty, clock: FrozenClock) -> None:
    card, cast = duty.card(duty.cast.limei), duty.cast
    duty.scan(cast.wangqiang, card)
    clock.advance(minutes=60)
    double(duty, in_days=1)
    clock.advance(minutes=50)
    duty.scan(cast.wangqiang, card, "out")
    paid_by = db.session.scalars(select(Attendance.tariff_id)).one()
    on = house_clock.local_day(house_clock.now(), house_clock.DEFAULT_ZONE)
    old = tariff_in_force(community_id=duty.community_id, code="PLOT_CARE", on=on)
    assert old is not None
    assert (paid_by, old.version) == (old.id, 1)


def test_a_deed_that_begins_on_the_new_day_is_paid_by_the_new_tariff(
    duty: Duty, clock: FrozenClock
) -> None:
    double(duty, in_days=1)
    clock.advance(days=1)
    shift_id, card = duty.open_shift(duty.now(), duty.later(hours=1)), duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card, shift_id=shift_id)
    clock.advance(hours=1)
    receipt = duty.scan(duty.cast.wangqiang, card, "out", shift_id=shift_id)
    assert receipt.award_points == 20


@pytest.mark.parametrize(("minutes", "points"), [(44, 0), (45, 5), (59, 5), (60, 10), (74, 10)])
def test_minutes_are_kept_exactly_and_points_are_whole_half_hours(
    duty: Duty, clock: FrozenClock, minutes: int, points: int
) -> None:
    shift_id = duty.open_shift(duty.now(), duty.later(minutes=75))
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card, shift_id=shift_id)
    clock.advance(minutes=minutes)
    receipt = duty.scan(duty.cast.wangqiang, card, "out", shift_id=shift_id)
    assert receipt.award_points == points
    assert duty.points(duty.cast.limei) == points
    assert duty.minutes(duty.cast.limei) == (minutes if points else 0)
