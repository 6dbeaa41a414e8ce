"""Time: midnight, months, zones, long days, exact minutes, the tariff of the check-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from pointsvc.checkin.scans import ScanReceipt
from pointsvc.cli.verification import verify_everything
from pointsvc.communities.models import Community
from pointsvc.earning.rules import TariffFacts
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.extensions import db
from pointsvc.kernel import clock as house_clock
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


def serve(
    duty: Duty, clock: FrozenClock, came: str, left: str, kind: str = "CLEANUP", **shift: Any
) -> ScanReceipt:
    """李梅's check-out from a shift of just these times; hours count on past midnight."""
    starts_at, ends_at = shift.get("planned", (came, left))
    shift_id = duty.open_shift(duty.at(starts_at), duty.at(ends_at), kind=kind)
    card = duty.card(duty.cast.limei)
    clock.at(duty.at(came))
    duty.scan(duty.cast.wangqiang, card, shift_id=shift_id)
    clock.at(duty.at(left))
    return duty.scan(duty.cast.wangqiang, card, "out", shift_id=shift_id)


def tariff(duty: Duty, *, in_days: int = 0, **terms: Any) -> TariffFacts:
    """The community decides on another tariff of 环境整治."""
    now = duty.now()
    today = house_clock.local_day(now, house_clock.DEFAULT_ZONE)
    given: dict[str, Any] = {"basis": "hour", "rate_points": 20, "counts_as_service": True} | terms
    return transact(
        lambda: set_tariff(
            community_id=duty.community_id,
            code="CLEANUP",
            terms=Terms(**given),
            valid_from_on=today + timedelta(days=in_days),
            decision="第三次居民会议",
            decided_on=today,
            recorded_by_id=duty.cast.zhaofang.id,
            now=now,
            today=today,
        )
    )


@pytest.mark.parametrize(
    ("kind", "left", "points", "minutes"),
    [
        ("CLEANUP", "09:29", 0, 29),
        ("CLEANUP", "09:45", 5, 45),  # docs/ledger.md case 18
        ("EPID_DUTY", "09:45", 6, 45),
        ("TEACH", "09:30", 7, 30),  # half of 15, rounded down
        ("TEACH", "10:59", 22, 119),  # three half hours at 15, rounded down once
    ],
)
def test_points_are_whole_half_hours_and_minutes_are_exact(
    duty: Duty, clock: FrozenClock, kind: str, left: str, points: int, minutes: int
) -> None:
    answer = serve(duty, clock, "09:00", left, kind)
    assert (answer.award_points, answer.service_minutes) == (points, minutes)
    assert duty.minutes(duty.cast.limei) == minutes


@pytest.mark.parametrize(("left", "points", "minutes"), [("10:12", 10, 72), ("10:11", 0, 0)])
def test_sixty_percent_of_the_planned_time_are_enough(
    duty: Duty, clock: FrozenClock, left: str, points: int, minutes: int
) -> None:
    answer = serve(duty, clock, "09:00", left, planned=("09:00", "11:00"))
    assert (answer.award_points, answer.service_minutes) == (points, minutes)


def test_a_night_is_counted_whole_and_belongs_to_the_day_it_began(
    duty: Duty, clock: FrozenClock
) -> None:
    """docs/ledger.md case 13: a cap of 24 for the first day, and none of the second day used."""
    first = serve(duty, clock, "22:00", "25:30", "PATROL_NIGHT")
    assert (first.award_points, first.service_minutes, first.reason) == (24, 210, "scan.capped")
    second = serve(duty, clock, "26:00", "28:00", "PATROL_NIGHT")
    assert (second.award_points, second.reason) == (24, None)


def test_the_month_of_the_check_in_has_its_own_cap(duty: Duty, clock: FrozenClock) -> None:
    """docs/ledger.md case 34: 30 November into 1 December in the community's zone."""
    tariff(duty, cap_month_points=50)
    day = 24 * 9  # 30 November
    last = serve(duty, clock, f"{day + 22}:00", f"{day + 25}:00")
    assert (last.award_points, last.reason) == (50, "scan.capped")
    assert serve(duty, clock, f"{day + 26}:00", f"{day + 28}:00").award_points == 40


def test_a_community_in_the_west_keeps_its_own_midnight(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    """01:00 in Beijing is 23:00 in Ürümqi: yesterday's cap still counts."""
    transact(lambda: db.session.execute(update(Community).values(zone="Asia/Urumqi")))
    clock.at(duty.at("23:00"))
    station = duty.open_station(hours=4)
    card = duty.card(cast.limei)
    clock.at(duty.at("25:00"))
    first = duty.scan(cast.sungang, card, "drop", shift_id=station, quantity=2)
    again = duty.scan(cast.sungang, card, "drop", shift_id=station)
    clock.at(duty.at("26:00"))
    tomorrow = duty.scan(cast.sungang, card, "drop", shift_id=station)
    assert [each.award_points for each in (first, again, tomorrow)] == [4, 0, 2]


@pytest.mark.parametrize(
    ("left", "verdict", "reason"),
    [
        ("16:00", "accepted", None),
        ("16:01", "held", "scan.long_day"),
        ("20:00", "held", "scan.long_day"),
        ("20:01", "refused", "scan.day_full"),
    ],
)
def test_eight_hours_count_by_themselves_and_twelve_after_a_look(
    duty: Duty, clock: FrozenClock, left: str, verdict: str, reason: str | None
) -> None:
    tariff(duty, rate_points=1)
    answer = serve(duty, clock, "08:00", left)
    assert (answer.verdict, answer.reason) == (verdict, reason)


def test_a_long_day_counts_after_a_second_look(duty: Duty, clock: FrozenClock) -> None:
    tariff(duty, rate_points=1)
    answer = serve(duty, clock, "08:00", "19:00")
    assert duty.minutes(duty.cast.limei) == 0
    duty.decide(duty.cast.zhaofang, answer)
    assert (duty.points(duty.cast.limei), duty.minutes(duty.cast.limei)) == (11, 660)


def test_a_day_that_is_full_takes_no_other_check_in(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.set(day_minutes_auto=120, day_minutes_held=120)
    serve(duty, clock, "09:00", "11:00")
    shift_id = duty.open_shift(duty.now(), duty.later(hours=1))
    answer = duty.scan(cast.wangqiang, duty.card(cast.limei), shift_id=shift_id)
    assert (answer.verdict, answer.reason) == ("refused", "scan.day_full")


def test_the_tariff_is_that_of_the_check_in(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    """docs/ledger.md case 15: changed between check-in and check-out, and kept for corrections."""
    shift_id = duty.open_shift(duty.at("09:00"), duty.at("11:00"), kind="CLEANUP")
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card, shift_id=shift_id)
    tariff(duty)
    clock.advance(hours=2)
    left = duty.scan(cast.wangqiang, card, "out", shift_id=shift_id)
    assert left.award_points == 20
    asked = duty.ask_correction(cast.zhaofang, left, duty.at("09:00"), duty.at("10:30"))
    duty.approve(cast.hedu, asked)
    assert duty.points(cast.limei) == 15


def test_a_tariff_of_tomorrow_begins_at_midnight(duty: Duty, clock: FrozenClock) -> None:
    tariff(duty, in_days=1)
    assert serve(duty, clock, "22:59", "24:59").award_points == 20
    assert serve(duty, clock, "25:00", "27:00").award_points == 40


def test_a_kind_without_a_tariff_counts_the_time_and_pays_nothing(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    clock.at(duty.nine - timedelta(days=31))
    past = duty.open_shift(duty.now(), duty.later(hours=1))
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card, shift_id=past)
    clock.advance(hours=1)
    answer = duty.scan(cast.wangqiang, card, "out", shift_id=past)
    assert (answer.verdict, answer.reason) == ("accepted", "scan.no_tariff")
    assert (duty.attendance(answer).minutes, duty.points(cast.limei)) == (60, 0)


def test_a_visit_pays_at_the_door_and_counts_its_time_at_the_end(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    left = serve(duty, clock, "09:00", "10:10", "ELDER_CARE")
    assert (left.award_points, left.service_minutes) == (0, 70)
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (10, 70)
    duty.approve(cast.hedu, duty.ask_correction(cast.zhaofang, left))
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (0, 0)
    assert verify_everything().ok


def test_the_leap_day_is_a_day(duty: Duty, clock: FrozenClock) -> None:
    duty.nine = clock.at("2028-02-29T09:00")
    assert serve(duty, clock, "23:00", "25:00").service_minutes == 120
