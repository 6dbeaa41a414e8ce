"""Joining is free, leaving costs nothing (《志愿服务条例》 art. 25), seats are counted."""

from __future__ import annotations

import pytest

from pointsvc.activities.errors import ShiftFull, ShiftOver
from pointsvc.activities.queries import next_signups, signups_of
from pointsvc.kernel import clock as house_clock
from tests.activities.calendar import Calendar, later
from tests.support.clocks import FrozenClock


def test_joining_twice_is_joining_once(calendar: Calendar) -> None:
    shift = calendar.open(capacity=2)
    calendar.join(shift.id, calendar.cast.limei)
    calendar.join(shift.id, calendar.cast.limei)
    assert calendar.count(shift.id) == (1, 1)


def test_whoever_has_a_seat_keeps_it_when_all_are_taken(calendar: Calendar) -> None:
    shift = calendar.open(capacity=1)
    calendar.join(shift.id, calendar.cast.limei)
    calendar.join(shift.id, calendar.cast.limei)
    assert calendar.count(shift.id) == (1, 1)


def test_no_seat_is_given_twice(calendar: Calendar) -> None:
    shift = calendar.open(capacity=1)
    calendar.join(shift.id, calendar.cast.limei)
    with pytest.raises(ShiftFull) as refused:
        calendar.join(shift.id, calendar.cast.liuyang)
    assert refused.value.context == {"capacity": 1}
    assert calendar.count(shift.id) == (1, 1)


def test_leaving_frees_the_seat_once(calendar: Calendar) -> None:
    shift = calendar.open(capacity=1)
    calendar.join(shift.id, calendar.cast.limei)
    calendar.leave(shift.id, calendar.cast.limei)
    calendar.leave(shift.id, calendar.cast.limei)
    assert calendar.count(shift.id) == (0, 0)
    calendar.join(shift.id, calendar.cast.liuyang)
    calendar.leave(shift.id, calendar.cast.limei)
    assert calendar.count(shift.id) == (1, 1)


def test_one_may_come_back_after_leaving(calendar: Calendar) -> None:
    shift = calendar.open()
    for _time in range(2):
        calendar.join(shift.id, calendar.cast.limei)
        calendar.leave(shift.id, calendar.cast.limei)
    calendar.join(shift.id, calendar.cast.limei)
    assert [each.name for each in signups_of(calendar.community_id, shift.id)] == ["李梅"]


def test_what_is_over_is_neither_joined_nor_left(calendar: Calendar, clock: FrozenClock) -> None:
    shift = calendar.open()
    clock.advance(hours=2)
    for verb in (calendar.join, calendar.leave):
        with pytest.raises(ShiftOver):
            verb(shift.id, calendar.cast.limei)


def test_the_next_signup_is_the_earliest_that_still_takes_place(calendar: Calendar) -> None:
    starts = (later(days=3), later(days=2), later(days=1))
    far, near, cancelled = (calendar.open(starts_at=at) for at in starts)
    for shift in (far, near, cancelled):
        calendar.join(shift.id, calendar.cast.limei)
    calendar.cancel(cancelled.id)
    people = [calendar.cast.limei.id, calendar.cast.liuyang.id]
    found = next_signups(
        community_id=calendar.community_id, member_ids=people, now=house_clock.now()
    )
    assert {who: shift.id for who, shift in found.items()} == {calendar.cast.limei.id: near.id}
