"""Holidays are the operator's: read from a file, for whole years; calendars follow at the next generation."""

from __future__ import annotations

from datetime import date

import pytest

from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.holidays import all_holidays, read_holidays, store_holidays
from pointsvc.plots.calendar.missing_years import missing_years
from tests.plots.years import Year

LINES = ["# 2026", "", "2026-12-05,社区日,休", "2026-12-12, 社区日调休 ,班"]


def take(lines: list[str]) -> list[int]:
    """Store what the lines say."""
    return transact(lambda: store_holidays(read_holidays(lines)))


@pytest.mark.usefixtures("cast", "database")
def test_the_days_of_this_year_are_there_from_the_start() -> None:
    known = {day.day_on: day for day in all_holidays()}
    assert not known[date(2026, 10, 1)].is_workday
    assert known[date(2026, 10, 10)].is_workday


@pytest.mark.engines("sqlite")
@pytest.mark.usefixtures("cast", "database")
def test_next_years_days_are_missing_from_mid_november_until_they_are_entered() -> None:
    assert missing_years(date(2026, 11, 14)) == []
    assert missing_years(date(2026, 11, 15)) == [2027]
    take(["2027-10-01,国庆节,休"])
    assert missing_years(date(2026, 12, 31)) == []


@pytest.mark.usefixtures("cast", "database")
def test_a_year_is_taken_as_a_whole_and_others_stay() -> None:
    assert take(LINES) == [2026]
    assert take(LINES) == [2026]
    days = all_holidays()
    assert [day.name for day in days if day.day_on.year == 2026] == ["社区日", "社区日调休"]
    assert any(day.day_on.year == 2025 for day in days)


@pytest.mark.parametrize(
    "wrong",
    ["2026-13-01,x,休", "2026-12-05,,休", "2026-12-05,x,maybe", "2026-12-05", "2026-12-05,又,班"],
)
@pytest.mark.usefixtures("cast", "database")
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_taken(wrong: str) -> None:
    before = all_holidays()
    with pytest.raises(Invalid) as caught:
        take([*LINES, wrong])
    assert list(caught.value.errors) == ["5"]
    assert all_holidays() == before


def test_what_nobody_joined_follows_and_what_somebody_joined_stays(year: Year) -> None:
    year.add()
    year.generate()
    joined = next(duty for duty in year.duties() if duty.due_on == date(2026, 12, 12))
    year.calendar.join(joined.shift_id, year.cast.limei)
    take(LINES)
    done = year.generate()
    assert (done.withdrawn_count, done.changed_count, done.joined_count) == (1, 0, 1)
    days = [duty.due_on.isoformat() for duty in year.duties()]
    assert days == ["2026-11-28", "2026-12-12", "2026-12-19"]
