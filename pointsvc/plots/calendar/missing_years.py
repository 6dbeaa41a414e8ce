"""Years whose statutory days nobody has entered: care would be planned onto them as onto any day."""

from __future__ import annotations

from datetime import date
from typing import Final

from pointsvc.plots.calendar.holidays import all_holidays

# The State Council has mostly published the next year's days by then (in 2025 on 4 November).
ANNOUNCED: Final = (11, 15)


def due_years(today: date) -> list[int]:
    """This year, and from mid-November on the next."""
    is_announced = (today.month, today.day) >= ANNOUNCED
    return [today.year, today.year + 1] if is_announced else [today.year]


def missing_years(today: date) -> list[int]:
    """Those of the due years of which no day is known."""
    known = {day.day_on.year for day in all_holidays()}
    return [year for year in due_years(today) if year not in known]
