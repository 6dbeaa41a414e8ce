"""The State Council's days of rest and the weekend days worked in exchange: kept by the operator."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.plots.models import Holiday
from pointsvc.plots.rules.calendar import Holidays
from pointsvc.plots.rules.holidays import KNOWN

KINDS: Final = {"休": False, "rest": False, "班": True, "work": True}
NAME_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class HolidayFacts:
    """A day, what it is called, and whether people work on it."""

    day_on: date
    name: str
    is_workday: bool


def all_holidays() -> list[HolidayFacts]:
    """Every day that is known, earliest first: a year is the operator's, or as it came with us."""
    rows = db.session.execute(select(Holiday.day_on, Holiday.name, Holiday.is_workday))
    given = [HolidayFacts(*row) for row in rows]
    years = {day.day_on.year for day in given}
    known = [HolidayFacts(on, *said) for on, said in KNOWN.items() if on.year not in years]
    return sorted([*given, *known], key=lambda day: day.day_on)


def holidays_between(since: date, until: date) -> Holidays:
    """The statutory days from `since` to `until`, both counted."""
    days = [day for day in all_holidays() if since <= day.day_on <= until]
    return Holidays(
        rest=frozenset(day.day_on for day in days if not day.is_workday),
        work=frozenset(day.day_on for day in days if day.is_workday),
    )


def read_holidays(lines: Iterable[str]) -> list[HolidayFacts]:
    """Read `2027-10-01,国庆节,休` a line; `班` is a day of work in exchange. Raises Invalid, by line."""
    found: dict[date, HolidayFacts] = {}
    faults: dict[str, list[str]] = {}
    for number, row in enumerate(csv.reader(lines), 1):
        if not row or row[0].lstrip().startswith("#"):
            continue
        day = _read(row)
        if day is None or day.day_on in found:
            faults[str(number)] = [_("请写成：2027-10-01,国庆节,休（或 班），一天一行。")]
        else:
            found[day.day_on] = day
    if faults:
        raise Invalid(faults)
    return list(found.values())


def store_holidays(days: Sequence[HolidayFacts]) -> list[int]:
    """Take these days for the years that they lie in, whatever was known of them; which years.

    Calendars follow at their next generation; what somebody joined stays where it is.
    """
    years = sorted({day.day_on.year for day in days})
    for year in years:
        of_year = Holiday.day_on.between(date(year, 1, 1), date(year, 12, 31))
        db.session.execute(delete(Holiday).where(of_year))
    for day in days:
        db.session.add(Holiday(day_on=day.day_on, name=day.name, is_workday=day.is_workday))
    db.session.flush()
    return years


def _read(row: Sequence[str]) -> HolidayFacts | None:
    if len(row) != 3:  # noqa: PLR2004 - day, name, kind
        return None
    day, name, kind = (cell.strip() for cell in row)
    try:
        day_on = date.fromisoformat(day)
    except ValueError:
        return None
    if not 1 <= len(name) <= NAME_MAX or kind not in KINDS:
        return None
    return HolidayFacts(day_on, name, KINDS[kind])
