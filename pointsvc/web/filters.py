"""Days, moments and minutes as people read them, in their language and the community's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask

from pointsvc.kernel.i18n import choose_locale

MINUTES_OF_HOUR = 60
MINUTES_OF_TENTH = 6


def wire(app: Flask) -> None:
    """Offer `day`, `moment(zone)`, `clock(zone)` and `hours` to every template."""
    app.jinja_env.filters.update(day=day, moment=moment, clock=clock, hours=hours)


def day(on: date) -> str:
    """2027年12月31日, December 31, 2027."""
    return format_date(on, "long", locale=choose_locale())


def moment(at: datetime, zone: str) -> str:
    """2026年11月21日 09:00; Nov 21, 2026 09:00."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{format_date(local, 'medium', locale=choose_locale())} {local:%H:%M}"


def clock(at: datetime, zone: str) -> str:
    """09:00."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def hours(minutes: int) -> str:
    """Whole minutes as hours with one place, cut: 125 → 2, 90 → 1.5."""
    whole, rest = divmod(minutes, MINUTES_OF_HOUR)
    tenths = rest // MINUTES_OF_TENTH
    return f"{whole}.{tenths}" if tenths else str(whole)
