"""From a rule to days, from days to what changes: pure, so that any calendar can be tried before it is kept.

A day is known by the plan and the day that its rule gives; holidays may move it, and it is still the same
one. So a calendar can be generated any number of times.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

RULE_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST"}
)
FREQUENCIES: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
LOOK_AHEAD: Final = timedelta(days=2 * 366)
SATURDAY, SUNDAY = 5, 6
RuleFault = Literal["unreadable", "too_fine", "never"]


@dataclass(frozen=True, slots=True)
class Timing:
    """When a plan is due: RFC 5545 rule, first and last day, season.

    A season is two days of the year as month × 100 + day and may go over the new year.
    """

    rrule: str
    season_from: int
    season_to: int
    starts_on: date
    ends_on: date | None
    follows_holidays: bool


@dataclass(frozen=True, slots=True)
class Holidays:
    """Statutory days of rest, and weekend days on which people work instead (调休)."""

    rest: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """What a plan wants on a day of its rule; `origin_id` is the first plan of those it follows."""

    plan_id: UUID
    origin_id: UUID
    place_id: UUID
    rule_on: date
    due_on: date
    starts_at: datetime
    ends_at: datetime
    people_count: int
    risk: str = "none"

    @property
    def key(self) -> tuple[UUID, date]:
        """What it is known by: a line that was changed goes on with the days of the one before."""
        return (self.origin_id, self.rule_on)


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty that is there: what it is now, and whether anybody joined it or a person moved it."""

    id: UUID
    shift_id: UUID
    plan_id: UUID
    origin_id: UUID
    place_id: UUID
    rule_on: date
    due_on: date
    starts_at: datetime
    ends_at: datetime
    people_count: int | None
    state: str
    is_joined: bool
    is_moved: bool

    @property
    def key(self) -> tuple[UUID, date]:
        """What it is known by."""
        return (self.origin_id, self.rule_on)


@dataclass(slots=True)
class Generation:
    """What a generation would do; `joined` stand although the calendar says otherwise now."""

    new: list[Slot] = field(default_factory=list)
    changed: list[tuple[Standing, Slot]] = field(default_factory=list)
    withdrawn: list[Standing] = field(default_factory=list)
    joined: list[Standing] = field(default_factory=list)
    kept_count: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether everything is as the calendar says."""
        return not (self.new or self.changed or self.withdrawn)


def fault_of_rule(text: str) -> RuleFault | None:
    """Why a rule cannot be used: it is not RFC 5545, is finer than a day, or gives no day in two years."""
    parts = dict(part.split("=", 1) for part in text.upper().split(";") if "=" in part)
    if set(parts) - RULE_PARTS or "FREQ" not in parts:
        return "unreadable"
    if parts["FREQ"] not in FREQUENCIES:
        return "too_fine"
    start = date(2024, 1, 1)
    try:
        return None if rule_days(text, start, start, start + LOOK_AHEAD) else "never"
    except ValueError:
        return "unreadable"


@lru_cache(maxsize=1024)
def care_days(
    timing: Timing, since: date, until: date, holidays: Holidays
) -> tuple[tuple[date, date], ...]:
    """The days from `since` to `until` (both counted) as (day of the rule, day it is done).

    In its season only. Where it follows the holidays, a day of rest is left out, and a weekend day of
    work is moved to the other day of that weekend, unless that one is at work or at rest too.
    """
    since = max(since, timing.starts_on)
    until = min(until, timing.ends_on) if timing.ends_on else until
    if until < since:
        return ()
    days = [
        day
        for day in rule_days(timing.rrule, timing.starts_on, since, until)
        if is_in_season(day, timing.season_from, timing.season_to)
    ]
    if not timing.follows_holidays:
        return tuple((day, day) for day in days)
    moves = ((day, _around_holidays(day, holidays)) for day in days)
    return tuple((day, moved) for day, moved in moves if moved is not None)


@lru_cache(maxsize=4096)
def rule_days(rrule: str, starts_on: date, since: date, until: date) -> tuple[date, ...]:
    """The rule's days in the span, counted from its first day (an every-third-week rule needs it)."""
    rule = rrulestr(rrule, dtstart=datetime.combine(starts_on, time()))
    found = rule.between(datetime.combine(since, time()), datetime.combine(until, time()), inc=True)
    return tuple(each.date() for each in found)


def is_in_season(day: date, season_from: int, season_to: int) -> bool:
    """Whether the day lies in the season; one that ends before it begins goes over the new year."""
    here = day.month * 100 + day.day
    if season_from <= season_to:
        return season_from <= here <= season_to
    return here >= season_from or here <= season_to


@lru_cache(maxsize=16_384)
def span_of(day: date, at_minute: int, minutes: int, zone: str) -> tuple[datetime, datetime]:
    """Start and end of a duty by the clock on the wall there, whatever the summer time does."""
    here = ZoneInfo(zone)
    start = datetime.combine(day, time(at_minute // 60, at_minute % 60), tzinfo=here)
    begun = start.astimezone(ZoneInfo("UTC"))
    return begun, begun + timedelta(minutes=minutes)


def decide_generation(wanted: Iterable[Slot], standing: Iterable[Standing]) -> Generation:
    """What has to change so that the duties are what the calendar wants.

    One that somebody joined is never touched, nor one that a person moved or that waits for the weather.
    """
    slots: Mapping[tuple[UUID, date], Slot] = {slot.key: slot for slot in wanted}
    made, known = Generation(), set()
    for duty in standing:
        known.add(duty.key)
        slot = slots.get(duty.key)
        if slot is not None and _is_as(duty, slot):
            made.kept_count += 1
        elif duty.is_joined:
            made.joined.append(duty)
        elif duty.is_moved or duty.state == "held":
            made.kept_count += 1
        elif slot is not None:
            made.changed.append((duty, slot))
        elif duty.state == "planned":
            made.withdrawn.append(duty)
    made.new = [slot for key, slot in slots.items() if key not in known]
    return made


def season_began(day: date, season_from: int, season_to: int) -> date | None:
    """The first day of the season in which the day lies; None outside it."""
    if not is_in_season(day, season_from, season_to):
        return None
    is_last_year = day.month * 100 + day.day < season_from
    month, first = divmod(season_from, 100)
    year = day.year - is_last_year
    is_no_day = (month, first) == (2, 29) and not isleap(year)
    return date(year, 3, 1) if is_no_day else date(year, month, first)


def _is_as(duty: Standing, slot: Slot) -> bool:
    return duty.state == "planned" and (
        duty.due_on,
        duty.starts_at,
        duty.ends_at,
        duty.people_count,
        duty.plan_id,
    ) == (slot.due_on, slot.starts_at, slot.ends_at, slot.people_count, slot.plan_id)


def _around_holidays(day: date, holidays: Holidays) -> date | None:
    if day in holidays.rest:
        return None
    if day not in holidays.work:
        return day
    other = _other_of_weekend(day)
    is_free = other is not None and other not in holidays.work | holidays.rest
    return other if is_free else day


def _other_of_weekend(day: date) -> date | None:
    if day.weekday() == SATURDAY:
        return day + timedelta(days=1)
    return day - timedelta(days=1) if day.weekday() == SUNDAY else None


def first_days(pairs: Collection[tuple[date, date]], count: int) -> list[date]:
    """The first days on which something is done: what a form shows of a rule before it is kept."""
    return sorted(done for _rule, done in pairs)[:count]
