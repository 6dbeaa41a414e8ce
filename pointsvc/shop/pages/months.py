"""Months of the registers: which one is asked for, the last ones to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from babel.dates import format_skeleton

from pointsvc.kernel import clock
from pointsvc.kernel.clock import add_months, month_start
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.i18n import choose_locale
from pointsvc.shop.pages.desk import today

MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A calendar month, by its first day."""

    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return add_months(self.first, 1) - timedelta(days=1)

    @property
    def name(self) -> str:
        """`2026-11`."""
        return f"{self.first:%Y-%m}"


def month_in(text: str | None) -> Asked | None:
    """The month that `2026-11` names; None for anything else."""
    day = day_in(f"{text}-01")
    return Asked(day) if day else None


def months_back() -> list[tuple[str, str]]:
    """The last twelve months to choose from: name and words."""
    this = month_start(today(clock.now()))
    months = [Asked(add_months(this, -back)) for back in range(MONTHS)]
    locale = choose_locale()
    return [(each.name, format_skeleton("yMMMM", each.first, locale=locale)) for each in months]
