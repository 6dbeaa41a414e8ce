"""How far calendars of many plots may be made, which plots are meant, how many go into one step."""

from __future__ import annotations

import re
from calendar import isleap
from datetime import date, timedelta
from typing import Final

YEARS_MAX: Final = 5
NUMBER_MAX: Final = 100_000
DAYS_OF_STEP: Final = 10_000
"""Plots × days of one step: some 3,000 duties, for which nobody else waits longer than for a scan."""
HORIZONS: Final = ("8w", "1y", "2y", "3y", "5y")
_NUMBERS: Final = re.compile(r"\d{1,6}(?:-\d{1,6})?")
_APART: Final = re.compile(r"[\s,，、;；]+")
_DASHES: Final = str.maketrans("－–—~～至到", "-------")


def last_day(horizon: str, today: date) -> date:
    """The last day of a horizon that begins today."""
    count = int(horizon[:-1])
    return today + timedelta(weeks=count) if horizon.endswith("w") else years_on(today, count)


def years_on(day: date, years: int) -> date:
    """The same day so many years on; the last day of February stays the last."""
    year = day.year + years
    is_no_day = (day.month, day.day) == (2, 29) and not isleap(year)
    return date(year, 2, 28) if is_no_day else day.replace(year=year)


def is_within(until: date, today: date) -> bool:
    """Whether calendars may be made until that day."""
    return today < until <= years_on(today, YEARS_MAX)


def numbers_in(text: str) -> frozenset[int] | None:
    """The numbers of `1-20，35`; None where it cannot be read. Nothing written is no number at all."""
    found: set[int] = set()
    for part in filter(None, _APART.split(text.translate(_DASHES))):
        if _NUMBERS.fullmatch(part) is None:
            return None
        low, _dash, high = part.partition("-")
        first, last = int(low), int(high or low)
        if not first <= last <= NUMBER_MAX:
            return None
        found.update(range(first, last + 1))
    return frozenset(found)


def plots_of_step(days: int) -> int:
    """How many plots go into one step of a run over so many days."""
    return max(1, DAYS_OF_STEP // max(1, days))
