"""Pure decisions about terms: when somebody is reminded, when a term or a notice is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

REMINDED_BEFORE: Final = timedelta(days=30)
NOTICE_DAYS: Final = 30
TERM: Final = timedelta(days=365)
CLAUSES_VERSION: Final = 1
LIVE: Final = ("offered", "active", "notice")


def is_to_be_reminded(*, ends_on: date | None, reminded_on: date | None, today: date) -> bool:
    """Whether a term ends within thirty days and nobody has said so."""
    if ends_on is None or reminded_on is not None:
        return False
    return ends_on >= today >= ends_on - REMINDED_BEFORE


def last_day_of_notice(notice_on: date, notice_days: int) -> date:
    """The last day on which an adoption under notice holds."""
    return notice_on + timedelta(days=notice_days)


def adoption_ends_on(
    *, state: str, ends_on: date, notice_on: date | None, notice_days: int
) -> date:
    """The last day of an adoption: that of its notice, if that comes before its term's."""
    if state != "notice" or notice_on is None:
        return ends_on
    return min(ends_on, last_day_of_notice(notice_on, notice_days))


def moved_term(starts_on: date, ends_on: date | None, to: date) -> date | None:
    """The end of a term that begins on another day and is as long as before."""
    return None if ends_on is None else to + (ends_on - starts_on)
