"""Whether the statutory days of the year are there, and from mid-November on those of the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from pointsvc.cli.doctor.findings import Finding, Said, ok, warning
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.plots.calendar.missing_years import missing_years
from pointsvc.plots.models import Plot


def check_holidays(now: datetime) -> Iterator[Finding]:
    """Care calendars know which days are holidays; a server without plots needs none."""
    if db.session.scalar(select(Plot.place_id).limit(1)) is None:
        return
    missing = missing_years(clock.local_day(now, clock.DEFAULT_ZONE))
    if not missing:
        yield ok("holidays", "放假安排都有", "the statutory days are there")
        return
    years = "、".join(map(str, missing)), ", ".join(map(str, missing))
    yield warning(
        "holidays.missing",
        Said(
            f"没有 {years[0]} 年的放假安排，养护会排到假日里",
            f"no statutory days of {years[1]}: care is planned onto holidays",
        ),
        Said(
            f"照国务院办公厅的通知写 {missing[-1]}.csv，一行一天，如 {missing[-1]}-10-01,国庆节,休"
            f"（调休上班的写“班”），再运行 pointsvc plots holidays {missing[-1]}.csv",
            f"write {missing[-1]}.csv from the State Council's notice, a day a line, like "
            f"{missing[-1]}-10-01,国庆节,休 (班 for a day worked in exchange); "
            f"then pointsvc plots holidays {missing[-1]}.csv",
        ),
    )
