"""The line before a full shift: first come first, told in time, never more seats than there are."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask

from pointsvc.activities import waiting
from pointsvc.activities.errors import ShiftCancelled, ShiftOver
from pointsvc.activities.queries import ShiftFacts
from pointsvc.activities.waiting import leave_line, line_of, places_in_line, queue_up
from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.transaction import transact
from pointsvc.web.messages import messages_of
from tests.activities.calendar import Calendar, later
from tests.support.cast import Person
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once


@pytest.fixture
def full(calendar: Calendar) -> ShiftFacts:
    """A shift in three days with one seat, which 李梅 has."""
    shift = calendar.open(starts_at=later(days=3), capacity=1)
    calendar.join(shift.id, calendar.cast.limei)
    return shift


def wait(calendar: Calendar, shift: ShiftFacts, person: Person) -> str:
    where: dict[str, Any] = {"community_id": calendar.community_id, "shift_id": shift.id}
    return transact(lambda: queue_up(**where, member_id=person.id, now=moments.now()))


def give_up(calendar: Calendar, shift: ShiftFacts, person: Person) -> None:
    where: dict[str, Any] = {"community_id": calendar.community_id, "shift_id": shift.id}
    transact(lambda: leave_line(**where, member_id=person.id, now=moments.now()))


def line(calendar: Calendar, shift: ShiftFacts) -> list[str]:
    db.session.rollback()
    return [each.name for each in line_of(calendar.community_id, shift.id)]


def told(calendar: Calendar, person: Person) -> list[str]:
    return [message.text for message in messages_of(calendar.community_id, person.id).rows]


def test_the_first_in_line_gets_the_seat_that_is_left(calendar: Calendar, full: ShiftFacts) -> None:
    cast = calendar.cast
    for person in (cast.liuyang, cast.hedu, cast.liuyang):
        assert wait(calendar, full, person) == "waiting"
    places = places_in_line(calendar.community_id, cast.hedu.id, [full.id])
    assert (line(calendar, full), places) == (["刘洋", "何督"], {full.id: 2})
    calendar.leave(full.id, cast.limei)
    assert line(calendar, full) == ["何督"]
    assert calendar.count(full.id) == (1, 1)
    assert "轮到您了" in told(calendar, cast.liuyang)[0]


@pytest.mark.engines("sqlite")
def test_who_waits_no_longer_or_is_taken_elsewhere_is_passed_over(
    calendar: Calendar, full: ShiftFacts
) -> None:
    cast = calendar.cast
    for person in (cast.liuyang, cast.hedu, cast.sungang):
        wait(calendar, full, person)
    give_up(calendar, full, cast.liuyang)
    calendar.join(calendar.open(starts_at=full.starts_at).id, cast.hedu)
    calendar.leave(full.id, cast.limei)
    assert line(calendar, full) == ["何督"]
    assert told(calendar, cast.liuyang) == told(calendar, cast.hedu) == []
    assert "轮到您了" in told(calendar, cast.sungang)[0]


@pytest.mark.engines("sqlite")
def test_shortly_before_one_is_only_told_and_leaves_it_to_the_next(
    calendar: Calendar, full: ShiftFacts, clock: FrozenClock
) -> None:
    cast = calendar.cast
    wait(calendar, full, cast.liuyang)
    wait(calendar, full, cast.hedu)
    clock.advance(days=2, hours=13)
    calendar.leave(full.id, cast.limei)
    assert calendar.count(full.id) == (0, 0)
    assert "先到先得" in told(calendar, cast.liuyang)[0]
    assert told(calendar, cast.hedu) == []
    give_up(calendar, full, cast.liuyang)
    assert "先到先得" in told(calendar, cast.hedu)[0]
    calendar.join(full.id, cast.hedu)
    assert line(calendar, full) == []


@pytest.mark.engines("sqlite")
def test_who_queues_when_a_seat_is_free_has_it(calendar: Calendar, full: ShiftFacts) -> None:
    calendar.leave(full.id, calendar.cast.limei)
    assert wait(calendar, full, calendar.cast.liuyang) == "signed_up"
    assert wait(calendar, full, calendar.cast.liuyang) == "signed_up"
    assert calendar.count(full.id) == (1, 1)


@pytest.mark.engines("sqlite")
def test_a_shift_that_is_called_off_or_has_begun_lets_nobody_wait(
    calendar: Calendar, full: ShiftFacts, clock: FrozenClock
) -> None:
    wait(calendar, full, calendar.cast.liuyang)
    calendar.cancel(full.id)
    assert line(calendar, full) == []
    assert "不用等了" in told(calendar, calendar.cast.liuyang)[0]
    with pytest.raises(ShiftCancelled):
        wait(calendar, full, calendar.cast.hedu)
    begun = calendar.open(starts_at=later(hours=1))
    clock.advance(hours=1)
    with pytest.raises(ShiftOver):
        wait(calendar, begun, calendar.cast.hedu)


def test_a_seat_that_is_left_and_who_queues_never_miss_each_other(
    app: Flask, calendar: Calendar, full: ShiftFacts
) -> None:
    for _turn in range(3):
        at_once(
            app,
            [
                lambda: calendar.leave(full.id, calendar.cast.limei),
                lambda: wait(calendar, full, calendar.cast.liuyang),
            ],
        )
        assert (calendar.count(full.id), line(calendar, full)) == ((1, 1), [])
        calendar.leave(full.id, calendar.cast.liuyang)
        calendar.join(full.id, calendar.cast.limei)


@pytest.mark.engines("postgresql")
def test_without_the_guard_somebody_waits_before_a_free_seat(
    app: Flask, calendar: Calendar, full: ShiftFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They saw the shift full; it is left before they are in the line, and nobody looks again."""
    seen, left = threading.Event(), threading.Event()

    def took(*_seat: Any) -> int:
        seen.set()
        left.wait(10)
        return 0

    monkeypatch.setattr(waiting, "_hold", lambda *_shift: None)
    monkeypatch.setattr(waiting, "take_seat", took)

    def leave() -> None:
        seen.wait(10)
        calendar.leave(full.id, calendar.cast.limei)
        left.set()

    at_once(app, [leave, lambda: wait(calendar, full, calendar.cast.liuyang)])
    assert (calendar.count(full.id), line(calendar, full)) == ((0, 0), ["刘洋"])
