"""Which kept copies stay: grandfather, father, son. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

Period = Callable[[datetime], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class DatedCopy:
    """A kept copy: its file's name, when it was taken, whether it was restored and verified."""

    name: str
    made_at: datetime
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days, weeks and months one copy each stays."""

    daily: int = 14
    weekly: int = 8
    monthly: int = 12


def _day(at: datetime) -> tuple[int, ...]:
    return (at.year, at.month, at.day)


def _week(at: datetime) -> tuple[int, ...]:
    return tuple(at.isocalendar()[:2])


def _month(at: datetime) -> tuple[int, ...]:
    return (at.year, at.month)


def copies_to_keep(copies: Collection[DatedCopy], keeping: Keeping) -> frozenset[str]:
    """The names of those that stay.

    Of each of the last days, weeks and months *that have a copy* the newest verified one stays, the
    newest at all where none was verified. So nights without a copy cost none of the older ones, and
    the newest verified copy stays whatever the numbers are.
    """
    wanted = ((_day, keeping.daily), (_week, keeping.weekly), (_month, keeping.monthly))
    kept = {name for period, count in wanted for name in _best_of_each(copies, period, count)}
    verified = [copy for copy in copies if copy.is_verified]
    if verified:
        kept.add(max(verified, key=lambda copy: copy.made_at).name)
    return frozenset(kept)


def _best_of_each(copies: Collection[DatedCopy], period: Period, count: int) -> Iterator[str]:
    best: dict[tuple[int, ...], str] = {}
    for copy in sorted(copies, key=lambda copy: (copy.is_verified, copy.made_at)):
        best[period(copy.made_at)] = copy.name
    for each in sorted(best, reverse=True)[:count]:
        yield best[each]
