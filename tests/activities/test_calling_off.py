"""Calling a shift off: once, in time, by those who run it, and whoever meant to come is told."""

from __future__ import annotations

import pytest

from pointsvc.activities.errors import ShiftCancelled, ShiftOver
from pointsvc.activities.queries import get_shift
from pointsvc.kernel import clock as house_clock
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.web.messages import messages_of
from tests.activities.calendar import Calendar, later
from tests.support.clocks import FrozenClock


def told(calendar: Calendar, who: str) -> list[str]:
    person = getattr(calendar.cast, who)
    return [each.text for each in messages_of(calendar.community_id, person.id).rows]


def test_whoever_meant_to_come_is_told_once(calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=1))
    calendar.join(shift.id, calendar.cast.limei)
    calendar.join(shift.id, calendar.cast.liuyang)
    calendar.leave(shift.id, calendar.cast.liuyang)
    calendar.cancel(shift.id)
    calendar.cancel(shift.id)
    assert told(calendar, "limei") == [
        "您报名的 2026-11-22 09:00 的活动取消了，不用去了，下次再来。"
    ]
    assert told(calendar, "liuyang") == []


def test_calling_off_twice_keeps_the_first_moment(calendar: Calendar, clock: FrozenClock) -> None:
    shift, first = calendar.open(), house_clock.now()
    calendar.cancel(shift.id)
    clock.advance(minutes=5)
    calendar.cancel(shift.id)
    assert get_shift(calendar.community_id, shift.id).cancelled_at == first


def test_what_is_over_is_not_called_off(calendar: Calendar, clock: FrozenClock) -> None:
    shift = calendar.open()
    clock.advance(hours=2)
    with pytest.raises(ShiftOver):
        calendar.cancel(shift.id)


@pytest.mark.parametrize("who", ["limei", "sungang", "hedu"])
def test_others_do_not_call_it_off(calendar: Calendar, who: str) -> None:
    shift = calendar.open()
    with pytest.raises(Forbidden):
        calendar.cancel(shift.id, by=getattr(calendar.cast, who))


def test_nobody_joins_what_was_called_off(calendar: Calendar) -> None:
    shift = calendar.open()
    calendar.cancel(shift.id)
    with pytest.raises(ShiftCancelled):
        calendar.join(shift.id, calendar.cast.limei)


def test_a_shift_that_is_not_there_is_not_called_off(calendar: Calendar) -> None:
    with pytest.raises(NotFound):
        calendar.cancel(new_id())
