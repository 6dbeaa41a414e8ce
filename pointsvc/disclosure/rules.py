"""Months: how they are named, where they begin and end, which may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pointsvc.disclosure.errors import NoSuchMonth
from pointsvc.kernel.clock import add_months, month_start

MONTH_PATTERN: Final = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
_MONTH: Final = re.compile(MONTH_PATTERN)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the community's zone, by its first day."""

    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return add_months(self.first, 1) - timedelta(days=1)

    @property
    def name(self) -> str:
        """`2026-11`."""
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> Month:
        """The month before."""
        return Month(add_months(self.first, -1))

    @property
    def after(self) -> Month:
        """The month after."""
        return Month(add_months(self.first, 1))


def month_of(day: date) -> Month:
    """The month of a day."""
    return Month(month_start(day))


def month_for(name: str | None, today: date) -> Month:
    """The month that `2026-11` names; the current one for no name.

    Raises:
        NoSuchMonth: no month, or one that has not begun.
    """
    if name is None:
        return month_of(today)
    if not _MONTH.fullmatch(name):
        raise NoSuchMonth
    month = Month(date.fromisoformat(f"{name}-01"))
    if month.first > today:
        raise NoSuchMonth
    return month
