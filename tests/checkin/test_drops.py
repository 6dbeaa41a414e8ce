"""Drops at a sorting station: the scan is the award's source, the household has a cap."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from pointsvc.checkin.models import Attendance
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden
from tests.checkin.duty import Duty
from tests.checkin.households import share_a_door
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


@pytest.fixture
def station(duty: Duty) -> UUID:
    return duty.open_station()


def test_a_drop_earns_points_without_minutes_or_attendance(
    duty: Duty, cast: Cast, station: UUID
) -> None:
    answer = duty.scan(cast.sungang, duty.card(cast.limei), "drop", shift_id=station)
    assert (answer.verdict, answer.award_points, answer.service_minutes) == ("accepted", 2, 0)
    assert answer.attendance_id is None
    assert db.session.scalars(select(Attendance)).all() == []


def test_the_quantity_multiplies_until_the_cap_cuts(duty: Duty, cast: Cast, station: UUID) -> None:
    answer = duty.scan(cast.sungang, duty.card(cast.limei), "drop", shift_id=station, quantity=5)
    assert (answer.award_points, answer.reason) == (4, "scan.capped")


def test_a_household_shares_one_cap(duty: Duty, cast: Cast, station: UUID) -> None:
    share_a_door(cast.limei, cast.liuyang)
    duty.scan(cast.sungang, duty.card(cast.limei), "drop", shift_id=station)
    second = duty.scan(cast.sungang, duty.card(cast.liuyang), "drop", shift_id=station)
    third = duty.scan(cast.sungang, duty.card(cast.limei), "drop", shift_id=station)
    assert (second.award_points, third.award_points, third.reason) == (2, 0, "scan.capped")


def test_the_cap_begins_anew_at_local_midnight(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    clock.at("2026-11-21T23:50")
    night = duty.open_station()
    card = duty.card(cast.limei)
    duty.scan(cast.sungang, card, "drop", shift_id=night, quantity=2)
    clock.at("2026-11-22T00:10")
    assert duty.scan(cast.sungang, card, "drop", shift_id=night).award_points == 2


def test_a_scanner_at_the_station_finds_its_own_open_shift(
    duty: Duty, cast: Cast, station: UUID
) -> None:
    device = duty.scanner(cast.station_id)
    answer = duty.scan(device, duty.card(cast.limei), "drop", shift_id=None)
    assert (answer.verdict, answer.shift_id) == ("accepted", station)


@pytest.mark.usefixtures("station")
def test_a_leader_of_plots_records_no_drops(duty: Duty, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        duty.scan(cast.wangqiang, duty.card(cast.limei), "drop")


def test_drops_are_not_checked_in_and_plots_take_no_drops(
    duty: Duty, cast: Cast, station: UUID
) -> None:
    card = duty.card(cast.limei)
    answers = [
        duty.scan(cast.sungang, card, "in", shift_id=station),
        duty.scan(duty.scanner(cast.plot_id), card, "drop"),
    ]
    assert {answer.reason for answer in answers} == {"scan.wrong_direction"}


def test_a_drop_after_the_shift_is_refused(
    duty: Duty, cast: Cast, station: UUID, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    clock.advance(hours=3)
    answer = duty.scan(cast.sungang, card, "drop", shift_id=station)
    assert (answer.verdict, answer.reason) == ("refused", "scan.shift_over")


def test_an_attendants_own_drop_waits_for_another(duty: Duty, cast: Cast, station: UUID) -> None:
    answer = duty.scan(cast.sungang, duty.card(cast.sungang), "drop", shift_id=station)
    assert (answer.verdict, answer.reason, answer.award_points) == ("held", "scan.own_code", 2)
    assert (duty.points(cast.sungang), duty.review(cast.sungang)) == (0, 2)
