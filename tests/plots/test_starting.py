"""One tap begins two hours of care; further taps find the shift that is there."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from pointsvc.activities.queries import ShiftFacts, shifts_between
from pointsvc.activities.service import set_ways
from pointsvc.kernel import clock as house_clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.plots.service import start_care
from tests.activities.calendar import Calendar, later
from tests.support.clocks import FrozenClock


def start(
    calendar: Calendar,
    shift_id: UUID | None = None,
    *,
    who: str = "wangqiang",
    place_id: UUID | None = None,
) -> ShiftFacts:
    person, chosen = getattr(calendar.cast, who), shift_id or new_id()
    return transact(
        lambda: start_care(
            community_id=calendar.community_id,
            scope=calendar.scope(person),
            started_by_id=person.id,
            shift_id=chosen,
            place_id=place_id or calendar.cast.plot_id,
            now=house_clock.now(),
        )
    )


def all_shifts(calendar: Calendar) -> list[ShiftFacts]:
    return shifts_between(
        community_id=calendar.community_id, since=later(days=-2), until=later(days=2)
    )


def test_care_begins_now_and_lasts_two_hours(calendar: Calendar) -> None:
    shift = start(calendar)
    assert (shift.activity_kind, shift.starts_at) == ("PLOT_CARE", house_clock.now())
    assert shift.ends_at - shift.starts_at == timedelta(hours=2)
    assert shift.led_by_id == calendar.cast.wangqiang.id


def test_a_second_tap_a_minute_later_opens_no_second_shift(
    calendar: Calendar, clock: FrozenClock
) -> None:
    shift_id = new_id()
    first = start(calendar, shift_id)
    clock.advance(minutes=1)
    assert start(calendar, shift_id) == first
    assert start(calendar) == first
    assert all_shifts(calendar) == [first]


def test_a_shift_that_begins_in_half_an_hour_is_the_one(calendar: Calendar) -> None:
    planned = calendar.open(starts_at=later(minutes=30))
    assert start(calendar) == planned


def test_a_shift_this_afternoon_does_not_stand_in_the_way(calendar: Calendar) -> None:
    calendar.open(starts_at=later(hours=5))
    assert start(calendar).starts_at == house_clock.now()


def test_a_page_left_open_since_yesterday_begins_anew(
    calendar: Calendar, clock: FrozenClock
) -> None:
    start(calendar)
    clock.advance(days=1)
    assert start(calendar).starts_at == house_clock.now()


def test_what_was_called_off_does_not_come_back(calendar: Calendar) -> None:
    calendar.cancel(start(calendar).id)
    assert start(calendar).cancelled_at is None


@pytest.mark.parametrize("who", ["limei", "sungang", "hedu", "zhoumin"])
def test_others_do_not_begin_care_on_the_plot(calendar: Calendar, who: str) -> None:
    start(calendar)
    with pytest.raises(Forbidden):
        start(calendar, who=who)


def test_care_is_for_plots_of_one_s_own_community(calendar: Calendar) -> None:
    for place_id in (calendar.cast.station_id, calendar.cast.other_plot_id):
        with pytest.raises(NotFound):
            start(calendar, who="zhaofang", place_id=place_id)


def test_care_that_is_out_of_use_says_so(calendar: Calendar) -> None:
    clerk = calendar.cast.zhaofang.id
    facts = {"community_id": calendar.community_id, "changed_by_id": clerk}
    transact(lambda: set_ways(ways={"PLOT_CARE": []}, now=house_clock.now(), **facts))
    with pytest.raises(Invalid):
        start(calendar)


def test_six_taps_at_once_open_one_shift(app: Flask, calendar: Calendar) -> None:
    shift_id, gate = new_id(), threading.Barrier(6)
    found: list[UUID] = []

    def tap() -> None:
        gate.wait()
        with app.app_context():
            found.append(start(calendar, shift_id).id)

    threads = [threading.Thread(target=tap) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [shift_id] * 6
    assert len(all_shifts(calendar)) == 1
