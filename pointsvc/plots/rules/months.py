"""Pure months: the weeks that show one, what lies on each day, what the day is to the State Council."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeVar

from pointsvc.plots.rules.calendar import Holidays

YEARS: Final = range(2000, 2200)
DAYS_A_WEEK: Final = 7
T = TypeVar("T")
DayKind = Literal["rest", "work", ""]


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    @property
    def first_on(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_on(self) -> date:
        """Its last day, in February of a leap year the 29th."""
        return self.next.first_on - timedelta(days=1)

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> Month:
        """The month before it."""
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    @property
    def weeks(self) -> list[list[date]]:
        """Whole weeks from Monday to Sunday; together they hold every day of the month."""
        monday = self.first_on - timedelta(days=self.first_on.weekday())
        weeks = []
        while monday <= self.last_on:
            weeks.append([monday + timedelta(days=n) for n in range(DAYS_A_WEEK)])
            monday += timedelta(days=DAYS_A_WEEK)
        return weeks

    def holds(self, on: date) -> bool:
        """Whether the day is one of its own."""
        return (on.year, on.month) == (self.year, self.number)

    def __str__(self) -> str:
        """As an address says it: `2026-11`."""
        return f"{self.year}-{self.number:02d}"


def month_of(on: date) -> Month:
    """The month of a day."""
    return Month(on.year, on.month)


def month_in(text: str | None) -> Month | None:
    """The month in an address's query; None for anything else."""
    try:
        month = month_of(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None
    return month if month.year in YEARS else None


def by_day(things: Iterable[T], day_of: Callable[[T], date]) -> dict[date, list[T]]:
    """What lies on each day, in the order in which it came."""
    days: dict[date, list[T]] = {}
    for each in things:
        days.setdefault(day_of(each), []).append(each)
    return days


def day_kind(on: date, holidays: Holidays) -> DayKind:
    """Whether the State Council made it a day of rest, or a day of work in exchange (调休)."""
    if on in holidays.rest:
        return "rest"
    return "work" if on in holidays.work else ""
