"""补录: asked with evidence, agreed to by another group, counted after 48 h unless somebody objects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from pointsvc.checkin.backfills import asked_by, get_backfill, quota_of
from pointsvc.checkin.errors import (
    BackfillIdReused,
    BackfillQuotaUsed,
    BackfillWaits,
    DecidedBefore,
)
from pointsvc.checkin.service import decide_attendance, request_correction
from pointsvc.cli.verification import verify_everything
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import statement
from tests.checkin.afterwards import DELAY, Afterwards
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


def books(after: Afterwards) -> tuple[int, int, int]:
    """What 李梅 can spend, what waits, and her service minutes; the books in order."""
    assert verify_everything().ok
    duty, limei = after.duty, after.cast.limei
    return duty.points(limei), duty.review(limei), duty.minutes(limei)


def test_nothing_is_spendable_before_the_delay_is_over(
    after: Afterwards, clock: FrozenClock
) -> None:
    asked = after.ask()
    assert books(after) == (0, 0, 0)
    after.decide(asked)
    assert books(after) == (0, 20, 0)
    clock.advance(hours=47, minutes=59)
    assert (after.count_due(), books(after)) == (0, (0, 20, 0))
    clock.advance(minutes=1)
    assert (after.count_due(), books(after)) == (1, (20, 0, 120))
    assert (after.state(asked), after.attendance(asked).state) == ("counted", "closed")


def test_it_counts_once_however_often_the_job_runs(after: Afterwards, clock: FrozenClock) -> None:
    after.agreed()
    clock.advance(hours=48)
    assert [after.count_due() for _run in range(3)] == [1, 0, 0]
    after.duty.run_jobs()
    assert books(after) == (20, 0, 120)


def test_it_is_paid_by_the_tariff_of_backfills_and_marked_as_one(
    after: Afterwards, clock: FrozenClock
) -> None:
    asked = after.agreed()
    clock.advance(hours=48)
    after.count_due()
    rows = statement(community_id=after.community_id, member_id=after.cast.limei.id).rows
    assert {row.reason for row in rows} == {"MAKEUP"}
    found = after.attendance(asked)
    assert (found.backfill_id, found.closed_by, found.award_points) == (asked, "backfill", 20)


def test_the_same_id_twice_is_one_backfill_and_one_of_the_month(
    after: Afterwards, cast: Cast
) -> None:
    backfill_id = new_id()
    assert after.ask(backfill_id=backfill_id) == after.ask(backfill_id=backfill_id)
    with pytest.raises(BackfillIdReused):
        after.ask(backfill_id=backfill_id, reason="另一个原因")
    with pytest.raises(BackfillIdReused):
        after.ask(cast.zhaofang, backfill_id=backfill_id)
    assert len(asked_by(after.community_id, cast.wangqiang.id)) == 1
    assert used(after) == 1


def used(after: Afterwards) -> int:
    community = get_community(after.community_id)
    today = moments.local_day(moments.now(), community.zone)
    return quota_of(community, after.cast.wangqiang.id, today).used


def test_a_months_share_is_used_up_and_the_next_month_has_its_own(
    after: Afterwards, cast: Cast, clock: FrozenClock
) -> None:
    after.duty.set(backfill_quota=1)
    after.ask()
    with pytest.raises(BackfillQuotaUsed):
        after.ask(member=cast.liuyang)
    clock.advance(days=11)  # 2 December
    after.ask(member=cast.liuyang)
    assert used(after) == 1


def test_a_quota_of_none_switches_backfills_off(after: Afterwards) -> None:
    after.duty.set(backfill_quota=0)
    with pytest.raises(BackfillQuotaUsed):
        after.ask()


def test_what_was_withdrawn_is_no_use_of_the_month_and_what_was_declined_is(
    after: Afterwards, cast: Cast
) -> None:
    after.withdraw(after.ask())
    assert used(after) == 0
    after.decide(after.ask(), approve=False, reason="纸上没有这个人")
    assert (used(after), books(after)) == (1, (0, 0, 0))
    after.ask(member=cast.liuyang)
    assert used(after) == 2


def test_only_who_asked_withdraws_and_only_before_the_decision(
    after: Afterwards, cast: Cast
) -> None:
    asked = after.ask()
    with pytest.raises(Forbidden):
        after.withdraw(asked, cast.zhaofang)
    after.decide(asked)
    with pytest.raises(DecidedBefore):
        after.withdraw(asked)


def test_the_member_says_that_it_was_not_she(after: Afterwards, clock: FrozenClock) -> None:
    asked = after.agreed()
    after.stop(asked, reason="那天我在医院")
    assert (after.state(asked), after.attendance(asked).state) == ("stopped", "void")
    clock.advance(hours=48)
    assert (after.count_due(), books(after)) == (0, (0, 0, 0))
    assert get_backfill(after.community_id, asked).end_reason == "那天我在医院"


def test_it_can_be_stopped_before_anybody_has_agreed(after: Afterwards) -> None:
    asked = after.ask()
    after.stop(asked)
    with pytest.raises(DecidedBefore):
        after.decide(asked)


@pytest.mark.parametrize("name", ["zhaofang", "hedu"])
def test_clerk_and_supervisor_stop_it(after: Afterwards, cast: Cast, name: str) -> None:
    asked = after.agreed()
    after.stop(asked, getattr(cast, name), "表是后来补签的")
    assert books(after) == (0, 0, 0)


@pytest.mark.parametrize("name", ["liuyang", "wangqiang", "sungang", "zhoumin"])
def test_nobody_else_stops_it(after: Afterwards, cast: Cast, name: str) -> None:
    asked = after.agreed()
    with pytest.raises(Forbidden):
        after.stop(asked, getattr(cast, name))
    assert books(after) == (0, 20, 0)


def test_what_has_counted_is_stopped_no_more_but_corrected(
    after: Afterwards, cast: Cast, clock: FrozenClock
) -> None:
    asked = after.agreed()
    clock.advance(hours=48)
    after.count_due()
    with pytest.raises(DecidedBefore):
        after.stop(asked)
    correct(after, cast, asked, hours=1)
    assert books(after) == (10, 0, 60)
    assert after.attendance(asked).backfill_id == asked


def correct(after: Afterwards, cast: Cast, asked: UUID, hours: int) -> None:
    """The clerk asks for fewer hours, the supervisor agrees."""
    correction_id, now = new_id(), moments.now()
    attendance_id = after.attendance(asked).id
    transact(
        lambda: request_correction(
            community_id=after.community_id,
            correction_id=correction_id,
            attendance_id=attendance_id,
            requested_by_id=cast.zhaofang.id,
            reason="只做了一小时",
            now=now,
            in_at=after.at("09:00"),
            out_at=after.at("09:00") + timedelta(hours=hours),
        )
    )
    after.duty.approve(cast.hedu, correction_id)


def test_no_correction_goes_around_the_delay(after: Afterwards, cast: Cast) -> None:
    asked = after.agreed()
    with pytest.raises(BackfillWaits):
        correct(after, cast, asked, hours=1)
    assert books(after) == (0, 20, 0)


@pytest.mark.parametrize("accept", [True, False])
def test_no_decision_about_what_is_held_goes_around_the_delay(
    after: Afterwards, cast: Cast, *, accept: bool
) -> None:
    attendance_id = after.attendance(after.agreed()).id
    caller, now = after.duty.caller(cast.zhaofang), moments.now()
    with pytest.raises(BackfillWaits):
        transact(
            lambda: decide_attendance(
                community_id=after.community_id,
                caller=caller,
                attendance_id=attendance_id,
                accept=accept,
                reason="我看见了",
                now=now,
            )
        )
    assert books(after) == (0, 20, 0)


def test_two_caps_hold_for_backfills_alone(after: Afterwards, clock: FrozenClock) -> None:
    """20 a day, 40 a month (the seed tariff), in spite of 240 for plot care."""
    asked = [after.agreed()]
    for days in (-2, -3):
        shift_id = after.shift(days, hours=4)
        times: dict[str, Any] = {
            "in_at": after.at("09:00", days),
            "out_at": after.at("13:00", days),
        }
        asked.append(after.agreed(shift_id=shift_id, **times))
    clock.advance(hours=48)
    after.count_due()
    assert [after.attendance(each).award_points for each in asked] == [20, 20, 0]
    assert books(after) == (40, 0, 600)


def test_a_visit_recorded_afterwards_is_not_worth_more_than_on_the_spot(
    after: Afterwards, clock: FrozenClock
) -> None:
    """10 points for a visit, however long it is said to have lasted."""
    asked = after.agreed(shift_id=after.shift(-1, kind="ELDER_CARE"))
    clock.advance(hours=48)
    after.count_due()
    assert after.attendance(asked).award_points == 10


def test_what_meets_another_stay_by_then_is_stopped_and_says_why(
    after: Afterwards, cast: Cast, clock: FrozenClock
) -> None:
    """An upload brings the scans of the same hours at the station while the delay runs."""
    bins = after.shift(-1, kind="WASTE_DUTY", place_id=cast.station_id, led_by=cast.sungang)
    asked = after.agreed()
    upload_stay(after, cast, bins)
    clock.advance(hours=48)
    assert after.count_due() == 1
    found = get_backfill(after.community_id, asked)
    assert (found.state, found.end_reason) == ("stopped", "checkin.times_overlap")
    assert books(after)[:2] == (20, 0)


def upload_stay(after: Afterwards, cast: Cast, shift_id: UUID) -> None:
    """李梅's scans of yesterday at the station arrive from a phone that was offline."""
    for direction, hour in (("in", "09:00"), ("out", "11:00")):
        card, claimed = after.duty.card(cast.limei), after.at(hour)
        after.duty.scan(cast.sungang, card, direction, shift_id=shift_id, claimed_at=claimed)


def test_a_declined_one_says_why_and_is_decided_once(after: Afterwards) -> None:
    asked = after.ask()
    after.decide(asked, approve=False, reason="纸上没有这个人")
    found = get_backfill(after.community_id, asked)
    assert (found.state, found.end_reason, found.counts_at) == ("declined", "纸上没有这个人", None)
    with pytest.raises(DecidedBefore):
        after.decide(asked)


def test_nobody_finds_what_is_not_there(after: Afterwards) -> None:
    with pytest.raises(NotFound):
        after.decide(new_id())
    with pytest.raises(NotFound):
        after.stop(new_id())
    with pytest.raises(NotFound):
        after.withdraw(new_id())


def test_a_community_may_wait_longer(after: Afterwards, clock: FrozenClock) -> None:
    after.duty.set(backfill_delay_hours=72)
    after.agreed()
    clock.advance(hours=DELAY.total_seconds() / 3600)
    assert after.count_due() == 0
    clock.advance(hours=24)
    assert after.count_due() == 1
