"""Volunteers count themselves: with the shift's changing code, or provisionally at a printed sign."""

from __future__ import annotations

import pytest

from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


def test_the_shifts_changing_code_counts_in_and_out(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    came = duty.scan(cast.limei, duty.shift_url(), shift_id=None)
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.shift_url(), "out", shift_id=None)
    assert (came.verdict, left.verdict, left.award_points) == ("accepted", "accepted", 20)


def test_the_window_before_still_counts_and_the_one_before_that_does_not(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    code = duty.shift_url()
    clock.advance(seconds=59)
    assert duty.scan(cast.limei, code).verdict == "accepted"
    clock.advance(seconds=1)
    answer = duty.scan(cast.liuyang, code)
    assert (answer.verdict, answer.reason, answer.member_id) == ("refused", "code.expired", None)


def test_a_printed_sign_alone_is_provisional_and_earns_nothing_yet(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    came = duty.scan(cast.limei, duty.sign(), shift_id=None)
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out", shift_id=None)
    assert [each.verdict for each in (came, left)] == ["provisional", "provisional"]
    assert (came.reason, came.shift_id) == ("scan.sign_alone", duty.shift_id)
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (0, 0)


def test_a_sign_where_several_shifts_are_open_asks_which(duty: Duty, cast: Cast) -> None:
    duty.open_shift(duty.now(), duty.later(hours=2), kind="CLEANUP")
    answer = duty.scan(cast.limei, duty.sign(), shift_id=None)
    assert (answer.verdict, answer.reason) == ("refused", "scan.which_shift")


def test_a_sign_without_an_open_shift_says_what_was_missed(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    clock.advance(hours=3)
    answer = duty.scan(cast.limei, duty.sign(), shift_id=None)
    assert (answer.verdict, answer.reason) == ("refused", "scan.shift_over")


def test_a_sign_where_nothing_ever_happens_says_so(duty: Duty, cast: Cast) -> None:
    answer = duty.scan(cast.limei, duty.sign(cast.station_id), shift_id=None)
    assert (answer.verdict, answer.reason) == ("refused", "scan.no_shift")


def test_the_leaders_scan_confirms_what_the_sign_recorded(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.limei, duty.sign())
    clock.advance(hours=2)
    left = duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    assert (left.verdict, left.award_points, left.service_minutes) == ("accepted", 20, 120)


def test_a_leaders_check_in_confirms_the_sign_and_keeps_its_time(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.limei, duty.sign())
    clock.advance(minutes=20)
    assert duty.scan(cast.wangqiang, duty.card(cast.limei)).verdict == "accepted"
    clock.advance(minutes=90)
    left = duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    assert left.service_minutes == 110


def test_leaving_by_the_sign_after_the_leader_checked_in_is_provisional(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=2)
    assert duty.scan(cast.limei, duty.sign(), "out").verdict == "provisional"
    assert duty.points(cast.limei) == 0


@pytest.mark.parametrize("code", ["shift_url", "sign"])
def test_a_volunteer_cannot_record_their_own_drops(duty: Duty, cast: Cast, code: str) -> None:
    answer = duty.scan(cast.limei, getattr(duty, code)(), "drop")
    assert (answer.verdict, answer.reason) == ("refused", "scan.wrong_direction")


def test_a_device_cannot_be_counted(duty: Duty, cast: Cast) -> None:
    answer = duty.scan(duty.scanner(cast.plot_id), duty.shift_url())
    assert (answer.verdict, answer.reason) == ("refused", "code.wrong_kind")
