"""Days are the community's own, also where clocks are put forward and back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from pointsvc.activities.queries import get_shift, shifts_between
from pointsvc.activities.words import span_in_words
from pointsvc.communities.models import Community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.activities.calendar import Calendar
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

BERLIN = "Europe/Berlin"  # the last Sunday of October has 25 hours there


def on(calendar: Calendar, day: date, zone: str = clock.DEFAULT_ZONE) -> int:
    since, until = clock.day_bounds(day, zone)
    shifts = shifts_between(community_id=calendar.community_id, since=since, until=until)
    return len(shifts)


def test_a_night_patrol_is_listed_on_both_its_days(calendar: Calendar) -> None:
    late = datetime(2026, 11, 21, 23, 0, tzinfo=ZoneInfo(clock.DEFAULT_ZONE))
    shift = calendar.open(starts_at=late)
    days = [date(2026, 11, day) for day in (20, 21, 22, 23)]
    assert [on(calendar, day) for day in days] == [0, 1, 1, 0]
    assert span_in_words(shift, clock.DEFAULT_ZONE) == "23:00–次日 01:00"


def test_a_shift_that_ends_at_midnight_is_not_on_the_next_day(calendar: Calendar) -> None:
    late = datetime(2026, 11, 21, 22, 0, tzinfo=ZoneInfo(clock.DEFAULT_ZONE))
    calendar.open(starts_at=late)
    assert (on(calendar, date(2026, 11, 21)), on(calendar, date(2026, 11, 22))) == (1, 0)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 21), 24)],
)
def test_a_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    since, until = clock.day_bounds(day, BERLIN)
    assert until - since == timedelta(hours=hours)


def test_two_hours_are_two_hours_when_the_clocks_are_put_back(
    calendar: Calendar, client: HouseClient, clock: FrozenClock
) -> None:
    clock.at("2026-10-24T12:00+02:00")
    transact(lambda: db.session.execute(update(Community).values(zone=BERLIN)))
    sign_in_cookie(client, calendar.cast.wangqiang)
    shift_id = new_id()
    asked = {"shift_id": shift_id, "activity_kind": "PLOT_CARE", "place_id": calendar.cast.plot_id}
    when = {"on": "2026-10-25", "at": "01:30", "minutes": "120"}
    assert client.post("/activities/new", data=asked | when).status_code == 303
    shift = get_shift(calendar.community_id, shift_id)
    assert shift.planned_minutes == 120
    assert span_in_words(shift, BERLIN) == "01:30–02:30"
