"""Who is in a shift that is ended early: nothing is voided, and nothing counts that was not served."""

from __future__ import annotations

from pointsvc.activities.rules import Scope
from pointsvc.activities.service import end_shift
from pointsvc.cli.verification import verify_everything
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


def end_now(duty: Duty) -> None:
    clerk, now = duty.cast.zhaofang.id, duty.now()
    transact(
        lambda: end_shift(
            community_id=duty.community_id,
            scope=Scope(clerk, is_everywhere=True, roles=frozenset({"clerk"})),
            ended_by_id=clerk,
            shift_id=duty.shift_id,
            now=now,
        )
    )


def test_who_is_still_there_checks_out_within_the_grace(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    came = duty.scan(cast.wangqiang, card)
    clock.advance(minutes=60)
    end_now(duty)
    clock.advance(minutes=5)
    assert duty.scan(cast.wangqiang, card, "out").verdict == "accepted"
    assert (duty.attendance(came).state, duty.minutes(cast.limei)) == ("closed", 65)
    assert verify_everything().ok


def test_nobody_comes_to_it_any_more(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    clock.advance(minutes=30)
    end_now(duty)
    clock.advance(minutes=1)
    late = duty.scan(cast.wangqiang, duty.card(cast.limei))
    assert (late.verdict, late.reason) == ("refused", "scan.shift_over")


def test_who_forgot_is_closed_at_the_early_end(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    came = duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(minutes=45)
    end_now(duty)
    clock.advance(minutes=61)
    assert duty.run_jobs()["checkin.close_forgotten"] == "1"
    found = duty.attendance(came)
    assert (found.state, found.minutes, found.closed_by) == ("held", 45, "auto")


def test_who_came_seconds_before_the_end_has_no_minutes_and_no_debt(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    came = duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(seconds=4)
    end_now(duty)
    clock.advance(minutes=61)
    duty.run_jobs()
    found = duty.attendance(came)
    assert (found.state, found.minutes) == ("held", 0)
    assert (duty.points(cast.limei), duty.review(cast.limei), duty.minutes(cast.limei)) == (0, 0, 0)
    assert verify_everything().ok


def test_who_left_before_keeps_what_was_earned(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    clock.advance(minutes=105)
    duty.scan(cast.wangqiang, card, "out")
    before = (duty.points(cast.limei), duty.minutes(cast.limei))
    assert before == (15, 105)
    clock.advance(minutes=1)
    end_now(duty)
    clock.advance(minutes=61)
    duty.run_jobs()
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == before
