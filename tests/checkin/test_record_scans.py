"""Scans in and out of a shift: attendance, award, minutes, in one transaction."""

from __future__ import annotations

import pytest

from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


def test_a_card_scanned_in_and_out_earns_points_and_minutes(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    came = duty.scan(cast.wangqiang, card)
    assert (came.verdict, came.reason, came.award_points) == ("accepted", None, 0)
    clock.advance(hours=2)
    left = duty.scan(cast.wangqiang, card, "out")
    assert (left.verdict, left.award_points, left.service_minutes) == ("accepted", 20, 120)
    assert left.balance_points == 20
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (20, 120)


def test_minutes_are_exact_and_points_are_half_hours(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    clock.advance(minutes=119, seconds=59)
    left = duty.scan(cast.wangqiang, card, "out")
    assert (left.award_points, left.service_minutes) == (15, 119)


def test_a_phones_changing_code_counts_as_a_card_does(duty: Duty, cast: Cast) -> None:
    assert duty.scan(cast.wangqiang, duty.phone(cast.limei)).verdict == "accepted"


def test_the_shift_need_not_be_named_when_only_one_is_open(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    came = duty.scan(cast.wangqiang, card, shift_id=None)
    clock.advance(hours=2)
    left = duty.scan(cast.wangqiang, card, "out", shift_id=None)
    assert (came.shift_id, left.shift_id, left.award_points) == (duty.shift_id, duty.shift_id, 20)


def test_with_two_shifts_open_a_person_has_to_say_which(duty: Duty, cast: Cast) -> None:
    now = duty.now()
    duty.open_shift(now, duty.later(hours=2), kind="CLEANUP")
    answer = duty.scan(cast.wangqiang, duty.card(cast.limei), shift_id=None)
    assert (answer.verdict, answer.reason) == ("refused", "scan.which_shift")


def test_the_way_out_is_found_by_where_the_person_is(duty: Duty, cast: Cast) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    duty.open_shift(duty.now(), duty.later(hours=2), kind="CLEANUP")
    left = duty.scan(cast.wangqiang, card, "out", shift_id=None)
    assert (left.verdict, left.shift_id) == ("accepted", duty.shift_id)


def test_a_second_check_in_is_refused(duty: Duty, cast: Cast) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    again = duty.scan(cast.wangqiang, card)
    assert (again.verdict, again.reason) == ("refused", "scan.already_in")
    assert again.attendance_id is not None


def test_a_second_check_out_is_refused_and_pays_nothing(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    clock.advance(hours=1, minutes=50)
    duty.scan(cast.wangqiang, card, "out")
    again = duty.scan(cast.wangqiang, card, "out")
    assert (again.reason, duty.points(cast.limei)) == ("scan.already_out", 15)


def test_nobody_checks_out_who_did_not_check_in(duty: Duty, cast: Cast) -> None:
    answer = duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    assert (answer.verdict, answer.reason) == ("refused", "scan.not_in")


def test_one_person_is_not_in_two_places(duty: Duty, cast: Cast) -> None:
    other = duty.open_shift(
        duty.now(), duty.later(hours=2), kind="WASTE_DUTY", place_id=cast.station_id
    )
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    answer = duty.scan(cast.sungang, card, shift_id=other)
    assert (answer.verdict, answer.reason) == ("refused", "scan.overlap")


@pytest.mark.parametrize(("minutes", "reason"), [(-41, "scan.too_early"), (111, "scan.shift_over")])
def test_a_shift_takes_check_ins_in_its_time_only(
    duty: Duty, cast: Cast, clock: FrozenClock, minutes: int, reason: str
) -> None:
    card = duty.card(cast.limei)
    clock.advance(minutes=minutes)
    answer = duty.scan(cast.wangqiang, card)
    assert (answer.verdict, answer.reason) == ("refused", reason)


def test_a_check_out_counts_within_the_grace(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    clock.advance(minutes=110 + 60)
    assert duty.scan(cast.wangqiang, card, "out").service_minutes == 170


def test_less_than_the_minimum_earns_nothing_and_says_so(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    clock.advance(minutes=71)
    left = duty.scan(cast.wangqiang, card, "out")
    assert (left.verdict, left.reason) == ("accepted", "scan.below_minimum")
    assert (left.award_points, left.service_minutes, duty.minutes(cast.limei)) == (0, 0, 0)


def test_the_daily_cap_cuts_the_award_and_says_so(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    long = duty.open_shift(duty.now(), duty.later(hours=5))
    duty.scan(cast.wangqiang, card, shift_id=long)
    clock.advance(hours=5)
    left = duty.scan(cast.wangqiang, card, "out", shift_id=long)
    assert (left.reason, left.award_points, left.service_minutes) == ("scan.capped", 30, 300)


def test_training_pays_at_the_door_and_counts_no_minutes(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    course = duty.open_shift(duty.now(), duty.later(hours=1), kind="TRAIN")
    card = duty.card(cast.limei)
    assert duty.scan(cast.wangqiang, card, shift_id=course).award_points == 5
    clock.advance(hours=1)
    left = duty.scan(cast.wangqiang, card, "out", shift_id=course)
    assert (left.award_points, left.service_minutes, duty.points(cast.limei)) == (0, 0, 5)


def test_units_are_counted_at_the_end(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    talks = duty.open_shift(duty.now(), duty.later(hours=1), kind="WASTE_TALK")
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card, shift_id=talks)
    clock.advance(minutes=50)
    left = duty.scan(cast.wangqiang, card, "out", shift_id=talks, quantity=7)
    assert (left.award_points, left.service_minutes) == (14, 50)


def test_a_foreign_shift_looks_like_none(duty: Duty, cast: Cast) -> None:
    with pytest.raises(NotFound):
        duty.scan(cast.wangqiang, duty.card(cast.limei), shift_id=new_id())


def test_another_places_leader_may_not_scan(duty: Duty, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        duty.scan(cast.sungang, duty.card(cast.limei))


def test_a_clerk_may_scan_anywhere(duty: Duty, cast: Cast) -> None:
    assert duty.scan(cast.zhaofang, duty.card(cast.limei)).verdict == "accepted"


def test_a_volunteer_with_another_persons_code_is_forbidden(duty: Duty, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        duty.scan(cast.limei, duty.card(cast.liuyang))


def test_nobody_counts_themself_with_their_own_card(duty: Duty, cast: Cast) -> None:
    answer = duty.scan(cast.limei, duty.card(cast.limei))
    assert (answer.verdict, answer.reason) == ("refused", "scan.own_code")


def test_a_leader_who_scans_themself_waits_for_another(duty: Duty, cast: Cast) -> None:
    answer = duty.scan(cast.wangqiang, duty.card(cast.wangqiang))
    assert (answer.verdict, answer.reason) == ("held", "scan.own_code")


def test_a_way_that_is_switched_off_is_refused(duty: Duty, cast: Cast) -> None:
    snow = duty.open_shift(duty.now(), duty.later(hours=2), kind="CLEANUP_SNOW")
    answer = duty.scan(cast.limei, duty.sign(), shift_id=snow)
    assert (answer.verdict, answer.reason) == ("refused", "scan.way_off")


def test_a_device_scans_at_its_own_place_only(duty: Duty, cast: Cast) -> None:
    card = duty.card(cast.limei)
    assert duty.scan(duty.scanner(cast.plot_id), card).verdict == "accepted"
    with pytest.raises(Forbidden):
        duty.scan(duty.scanner(cast.station_id), card)
