"""Months to turn to in the registers: which one is asked for, links to the last ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from babel.dates import format_skeleton
from flask import url_for

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


def months_back(
    endpoint: str, first: date | None, **kept: object
) -> list[tuple[str, str, str, bool]]:
    """The last twelve months: name, words, address, whether it is the one shown."""
    this = month_start(today(clock.now()))
    months = [Asked(add_months(this, -back)) for back in range(MONTHS)]
    return [
        (
            each.name,
            format_skeleton("yMMMM", each.first, locale=choose_locale()),
            url_for(endpoint, month=each.name, **kept),  # type: ignore[arg-type]
            each.first == first,
        )
        for each in months
    ]
