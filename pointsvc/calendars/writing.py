"""A calendar as iCalendar text (RFC 5545), the same for the same facts: nothing in it is of now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pointsvc.calendars.rules import Occasion

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT: Final = "-//pointsvc//Green Account//ZH"
REFRESH: Final = timedelta(hours=1)
UTC: Final = ZoneInfo("UTC")


def written(name: str, zone: str, occasions: Iterable[Occasion]) -> bytes:
    """The text: each occasion by the clock of the zone, whose rules of summer time are in it."""
    from icalendar import Calendar  # noqa: PLC0415 - eighty modules that no start waits for

    here = ZoneInfo(zone)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for occasion in occasions:
        calendar.add_component(_event(occasion, here))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(occasion: Occasion, here: ZoneInfo) -> Event:
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", f"{occasion.id}@pointsvc")
    event.add("dtstamp", _utc(occasion.modified_at))
    event.add("last-modified", _utc(occasion.modified_at))
    event.add("sequence", occasion.sequence)
    event.add("dtstart", occasion.starts_at.astimezone(here))
    event.add("dtend", occasion.ends_at.astimezone(here))
    event.add("summary", occasion.title)
    event.add("location", occasion.place)
    event.add("description", "\n".join(occasion.lines))
    event.add("status", occasion.status)
    event.add("transp", "TRANSPARENT" if occasion.status != "CONFIRMED" else "OPAQUE")
    event.add("class", "PRIVATE")
    return event


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
