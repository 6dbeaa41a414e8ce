"""Days, moments, minutes and activities as people read them, in their language and zone."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from flask import Flask, g

from pointsvc.activities.queries import find_kinds
from pointsvc.activities.words import span_in_words
from pointsvc.kernel.i18n import choose_locale
from pointsvc.kernel.permission import current_caller
from pointsvc.shop.money import yuan
from pointsvc.web.agents import agent_in_words

MINUTES_OF_HOUR = 60
MINUTES_OF_TENTH = 6


def wire(app: Flask) -> None:
    """Offer the filters below and `span` (of a zone), `agent`, `yuan`."""
    app.jinja_env.filters.update(
        day=day,
        weekday=weekday,
        moment=moment,
        soon=soon,
        month=month,
        clock=clock,
        span=span_in_words,
        hours=hours,
        activity=activity,
        agent=agent_in_words,
        yuan=yuan,
    )


def day(on: date) -> str:
    """2027年12月31日, December 31, 2027."""
    return _dated(on, "long", choose_locale())


def weekday(on: date) -> str:
    """周六, Sat."""
    return _dated(on, "EEE", choose_locale())


def moment(at: datetime, zone: str) -> str:
    """2026年11月21日 09:00; Nov 21, 2026 09:00."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_dated(local.date(), 'medium', choose_locale())} {local:%H:%M}"


@lru_cache(maxsize=4096)
def _dated(on: date, form: str, locale: str) -> str:
    """A page says the same few days again and again."""
    return format_date(on, form, locale=locale)


def month(on: date) -> str:
    """2026年11月, November 2026."""
    return format_skeleton("yMMMM", on, locale=choose_locale())


def soon(at: datetime, zone: str) -> str:
    """11月21日周六 09:00; Sat, Nov 21 09:00: a moment of these weeks, where the year goes without saying."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{format_skeleton('MMMEd', local, locale=choose_locale())} {local:%H:%M}"


def clock(at: datetime, zone: str) -> str:
    """09:00."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def hours(minutes: int) -> str:
    """Whole minutes as hours with one place, cut: 125 → 2, 90 → 1.5."""
    whole, rest = divmod(minutes, MINUTES_OF_HOUR)
    tenths = rest // MINUTES_OF_TENTH
    return f"{whole}.{tenths}" if tenths else str(whole)


def activity(code: str) -> str:
    """The name of a kind of activity of the reader's community; any other text stays as it is."""
    return activity_names().get(code, code)


def activity_names() -> dict[str, str]:
    """The kinds' names in the reader's language by code, read once for a request."""
    if "activity_names" not in g:
        community_id = current_caller().community_id
        kinds = find_kinds(community_id) if community_id else []
        english = choose_locale() == "en"
        g.activity_names = {k.code: k.name_en if english else k.name for k in kinds}
    names: dict[str, str] = g.activity_names
    return names
