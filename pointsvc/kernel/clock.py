"""The clock: the only place that reads the wall clock."""

from __future__ import annotations

import time as ticking
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DEFAULT_ZONE: Final = "Asia/Shanghai"
FOREVER: Final = date(9999, 12, 31)
_frozen: datetime | None = None


def now() -> datetime:
    """This moment, aware, UTC."""
    return _frozen or datetime.now(UTC)


def running_seconds() -> float:
    """Seconds since this machine was started, asleep or not; nobody can set this one."""
    return ticking.clock_gettime(getattr(ticking, "CLOCK_BOOTTIME", ticking.CLOCK_MONOTONIC))


def local_day(moment: datetime, zone: str) -> date:
    """The day of `moment` in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def local(moment: datetime, zone: str) -> datetime:
    """`moment` on the clocks of `zone`."""
    return moment.astimezone(ZoneInfo(zone))


def at_local(day: date, hour: int, minute: int, zone: str) -> datetime:
    """The moment when the clocks of `zone` show that hour on that day, in UTC."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The first moment of `day` in `zone` and the first of the next, both UTC."""
    return at_local(day, 0, 0, zone), at_local(day + timedelta(days=1), 0, 0, zone)


def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day (31 January + 1 = 28 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 - December
    return min(
        date(year, month + 1, 1) + timedelta(days=day.day - 1),
        following - timedelta(days=1),
    )


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stand still at `moment` (tests, the demo's past month); threads of the process see it too."""
    global _frozen  # noqa: PLW0603 - the whole process shares one clock
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
