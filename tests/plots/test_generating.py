"""A calendar becomes shifts, any number of times; what somebody joined is never touched."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from pointsvc.activities.models import Shift
from pointsvc.activities.queries import get_shift
from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Forbidden, Invalid
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.generating import extend_calendars, preview_calendar
from pointsvc.plots.errors import DutyJoined, DutyPassed
from pointsvc.plots.models import CarePlan
from pointsvc.web.messages import messages_of
from tests.plots.years import Year
from tests.support.clocks import FrozenClock


def shifts(year: Year) -> int:
    """How many shifts there are, called off or not."""
    db.session.rollback()
    mine = select(func.count()).select_from(Shift).where(Shift.community_id == year.community_id)
    return db.session.scalar(mine) or 0


def test_every_day_of_the_rule_becomes_a_shift_of_its_leader(year: Year) -> None:
    year.add()
    assert year.generate(28).new_count == 4
    first = year.duties()[0]
    shift = get_shift(year.community_id, first.shift_id)
    assert (shift.led_by_id, shift.capacity) == (year.cast.wangqiang.id, 2)
    assert shift.kind.code == "PLOT_CARE"
    assert moments.local(shift.starts_at, moments.DEFAULT_ZONE).strftime("%a %H:%M") == "Sat 08:30"


def test_again_is_nothing_new(year: Year) -> None:
    year.add()
    year.generate()
    again = year.generate()
    assert (again.new_count, again.changed_count, again.withdrawn_count) == (0, 0, 0)
    assert shifts(year) == 4


def test_looking_writes_nothing(year: Year) -> None:
    year.add()
    [seen] = preview_calendar(
        community_id=year.community_id,
        scope=year.calendar.scope(year.cast.wangqiang),
        place_ids=[year.place_id],
        until=year.day(28),
        now=moments.now(),
    )
    assert (len(seen.generation.new), seen.has_leader, shifts(year)) == (4, True, 0)


def test_what_was_joined_stands_against_a_new_time(year: Year) -> None:
    plan = year.add()
    year.generate()
    joined, other, *_rest = year.duties()
    year.calendar.join(joined.shift_id, year.cast.limei)
    year.end(plan, year.day(1))
    year.add(at_minute=600)
    done = year.generate()
    assert (done.new_count, done.withdrawn_count, done.joined_count) == (4, 3, 1)
    assert get_shift(year.community_id, joined.shift_id).cancelled_at is None
    assert get_shift(year.community_id, other.shift_id).cancelled_at is not None


def test_who_left_again_binds_nobody(year: Year) -> None:
    plan = year.add()
    year.generate()
    duty = year.duties()[0]
    year.calendar.join(duty.shift_id, year.cast.limei)
    year.calendar.leave(duty.shift_id, year.cast.limei)
    year.end(plan, year.day(1))
    assert year.generate().withdrawn_count == 4


def test_what_was_withdrawn_comes_back_as_the_same_shift(year: Year) -> None:
    plan = year.add()
    year.generate()
    before = [duty.shift_id for duty in year.duties()]
    year.end(plan, year.day(1))
    year.generate()
    assert year.duties() == []
    transact(lambda: db.session.execute(update(CarePlan).values(ends_on=None)))
    assert year.generate().changed_count == 4
    assert [duty.shift_id for duty in year.duties()] == before
    assert shifts(year) == 4


def test_only_this_one_is_moved_and_stays_moved(year: Year) -> None:
    year.add()
    year.generate()
    duty = year.duties()[0]
    moved = year.move(duty, year.day(3))
    assert (moved.due_on, moved.is_moved) == (year.day(3), True)
    assert year.generate().changed_count == 0
    assert len(year.duties()) == 4


def test_nobody_s_day_is_moved_behind_their_back(year: Year) -> None:
    year.add()
    year.generate()
    duty = year.duties()[0]
    year.calendar.join(duty.shift_id, year.cast.limei)
    with pytest.raises(DutyJoined):
        year.move(duty, year.day(3))


def test_waiting_for_the_weather_tells_who_meant_to_come(year: Year) -> None:
    year.add()
    year.generate()
    duty = year.duties()[0]
    year.calendar.join(duty.shift_id, year.cast.limei)
    assert [year.hold(duty).state for _tap in range(2)] == ["held", "held"]
    [message] = messages_of(year.community_id, year.cast.limei.id).rows
    assert "取消" in message.text
    assert year.generate().changed_count == 0
    assert year.duties()[0].note == "大风"


def test_a_day_that_has_come_is_left_alone(year: Year, clock: FrozenClock) -> None:
    year.add()
    year.generate()
    duty = year.duties()[0]
    clock.at(duty.starts_at)
    with pytest.raises(DutyPassed):
        year.move(duty, year.day(3))
    with pytest.raises(DutyPassed):
        year.hold(duty)


@pytest.mark.parametrize("days", [0, -1, 400])
def test_the_horizon_is_from_tomorrow_within_a_year(year: Year, days: int) -> None:
    with pytest.raises(Invalid):
        year.generate(days)


@pytest.mark.parametrize("who", ["limei", "sungang", "hedu"])
def test_only_who_leads_the_plot_writes_and_holds(year: Year, who: str) -> None:
    year.add()
    year.generate()
    person = getattr(year.cast, who)
    with pytest.raises(Forbidden):
        year.generate(by=person)
    with pytest.raises(Forbidden):
        year.hold(year.duties()[0], by=person)


def test_at_night_what_was_begun_goes_on_and_nothing_begins(year: Year, clock: FrozenClock) -> None:
    year.add()
    assert nightly(year) == 0
    year.generate(7)
    assert nightly(year) == 7
    assert nightly(year) == 0
    clock.advance(days=7)
    assert nightly(year) == 1


def nightly(year: Year) -> int:
    """One night's run."""
    return transact(lambda: extend_calendars(community_id=year.community_id, now=moments.now()))


def test_a_changed_line_goes_on_with_the_days_of_the_one_before(year: Year) -> None:
    """What somebody joined, moved or held is not planned a second time by the line that follows."""
    plan = year.add()
    year.generate()
    joined, moved, held, free = year.duties()
    year.calendar.join(joined.shift_id, year.cast.limei)
    year.move(moved, year.day(16))
    year.hold(held)
    year.change(plan, year.day(1), people_count=4)
    done = year.generate()
    assert (done.new_count, done.changed_count, done.withdrawn_count) == (0, 1, 0)
    assert [(d.id == free.id, d.people_count) for d in year.duties()][-1] == (True, 4)
    assert len(year.duties()) == 4


def test_who_waited_for_the_weather_is_bound_to_no_other_day(year: Year) -> None:
    year.add()
    year.generate()
    duty = year.duties()[0]
    year.calendar.join(duty.shift_id, year.cast.limei)
    year.hold(duty)
    moved = year.move(duty, year.day(3))
    assert (moved.state, moved.cancelled_at, moved.signed_up_count) == ("planned", None, 0)
    assert year.calendar.count(duty.shift_id) == (0, 0)
