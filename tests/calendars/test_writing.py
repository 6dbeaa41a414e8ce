"""iCalendar text, read back by the library: summer time, stable text, escaping."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from pointsvc.calendars.rules import Occasion
from pointsvc.calendars.writing import written

AT = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)  # 09:00 in Berlin, the day before the clocks go back
ONE = Occasion(
    id=UUID(int=7),
    title="除草, 浇水; 1号田",
    place="1号田",
    lines=("带：手套", "有风险"),
    starts_at=AT,
    ends_at=AT + timedelta(hours=1),
    status="CONFIRMED",
    sequence=2,
    modified_at=AT - timedelta(days=9),
)


@pytest.mark.parametrize(("days", "hour"), [(0, 9), (1, 8)])
def test_it_says_the_hour_on_the_wall_and_the_same_moment(days: int, hour: int) -> None:
    occasion = replace(ONE, starts_at=AT + timedelta(days=days), ends_at=AT + timedelta(days=days))
    calendar: Any = Calendar.from_ical(written("田", "Europe/Berlin", [occasion]))
    [event] = calendar.walk("VEVENT")
    assert event["DTSTART"].dt == occasion.starts_at
    assert event["DTSTART"].dt.hour == hour
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


def test_what_is_read_back_is_what_was_written() -> None:
    calendar: Any = Calendar.from_ical(written("田", "Asia/Shanghai", [ONE]))
    [event] = calendar.walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (ONE.title, "带：手套\n有风险")
    assert (event["SEQUENCE"], event["LAST-MODIFIED"].dt) == (2, ONE.modified_at)


def test_the_same_facts_make_the_same_text() -> None:
    assert written("田", "Asia/Shanghai", [ONE]) == written("田", "Asia/Shanghai", [ONE])


def test_an_empty_calendar_is_a_calendar() -> None:
    assert Calendar.from_ical(written("田", "Asia/Shanghai", [])).walk("VEVENT") == []
