"""Months: month ends, leap days and weeks of exchanged days (调休) lie where they belong."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from pointsvc.plots.rules.calendar import Holidays, Timing, care_days
from pointsvc.plots.rules.holidays import KNOWN
from pointsvc.plots.rules.months import Month, by_day, day_kind, month_in, month_of
from pointsvc.plots.rules.terms import adoption_ends_on, is_to_be_reminded, moved_term

DAYS = st.dates(date(2001, 1, 1), date(2199, 12, 1))
RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=SA",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    ]
)
KNOWN_HOLIDAYS = Holidays(
    rest=frozenset(on for on, said in KNOWN.items() if not said[1]),
    work=frozenset(on for on, said in KNOWN.items() if said[1]),
)


@given(DAYS)
def test_its_weeks_hold_every_day_of_a_month_once_from_monday_to_sunday(on: date) -> None:
    month = month_of(on)
    days = [day for week in month.weeks for day in week]
    own = [day for day in days if month.holds(day)]
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))
    assert {week[0].weekday() for week in month.weeks} == {0}
    assert own == [month.first_on + timedelta(days=n) for n in range(len(own))]
    assert (own[0].day, own[-1] + timedelta(days=1)) == (1, month.next.first_on)


@given(DAYS)
def test_the_month_before_the_next_is_the_month_itself(on: date) -> None:
    month = month_of(on)
    assert month.next.previous == month.previous.next == month
    assert month_in(str(month)) == month


@given(DAYS, RULES)
def test_every_day_of_care_lies_in_the_cell_of_its_own_day(on: date, rrule: str) -> None:
    """Leap days and last days of months among them."""
    month = month_of(on)
    began = date(on.year - 5, 1, 1) if on.year > 2005 else date(2000, 1, 1)
    timing = Timing(rrule, 101, 1231, began, None, follows_holidays=False)
    since, until = month.weeks[0][0], month.weeks[-1][-1]
    due = [day for _rule, day in care_days(timing, since, until, Holidays())]
    cells = by_day(due, lambda day: day)
    shown = [day for week in month.weeks for day in week if day in cells]
    assert shown == sorted(due)


@given(st.sampled_from(sorted(KNOWN)))
def test_in_weeks_of_exchanged_days_nothing_lies_on_rest_or_on_work(on: date) -> None:
    """What follows the holidays is never on a day of rest, unless its weekend had no other day."""
    month = month_of(on)
    timing = Timing("FREQ=WEEKLY;BYDAY=SA", 101, 1231, date(2024, 1, 1), None, True)
    since, until = month.weeks[0][0], month.weeks[-1][-1]
    pairs = care_days(timing, since, until, KNOWN_HOLIDAYS)
    kinds = {day: day_kind(day, KNOWN_HOLIDAYS) for _rule, day in pairs}
    assert "rest" not in kinds.values()
    moved = [(rule, day) for rule, day in pairs if rule != day]
    assert all(day_kind(rule, KNOWN_HOLIDAYS) == "work" for rule, _day in moved)
    assert all((day - rule).days in {-1, 1} for rule, day in moved)


@pytest.mark.parametrize("text", [None, "", "2026-13", "2026", "1999-12", "9999-01", "2026-1x"])
def test_what_is_no_month_is_none(text: str | None) -> None:
    assert month_in(text) is None


def test_february_of_a_leap_year_ends_on_the_29th() -> None:
    assert Month(2028, 2).last_on == date(2028, 2, 29)
    assert Month(2027, 2).last_on == date(2027, 2, 28)
    assert Month(2026, 12).next == Month(2027, 1)


def test_a_term_is_reminded_of_once_thirty_days_before() -> None:
    ends = date(2027, 3, 31)
    days = [ends - timedelta(days=n) for n in (31, 30, 0, -1)]
    found = [is_to_be_reminded(ends_on=ends, reminded_on=None, today=day) for day in days]
    assert found == [False, True, True, False]
    assert not is_to_be_reminded(ends_on=ends, reminded_on=ends, today=ends)
    assert not is_to_be_reminded(ends_on=None, reminded_on=None, today=ends)


def test_a_notice_ends_an_adoption_and_never_lengthens_it() -> None:
    term, notice = date(2027, 3, 31), date(2027, 3, 20)
    given_ = {"ends_on": term, "notice_on": notice}
    assert adoption_ends_on(state="active", notice_days=30, **given_) == term
    assert adoption_ends_on(state="notice", notice_days=30, **given_) == term
    assert adoption_ends_on(state="notice", notice_days=5, **given_) == date(2027, 3, 25)


def test_a_moved_term_is_as_long_as_before() -> None:
    moved = moved_term(date(2027, 1, 1), date(2027, 12, 31), date(2027, 2, 1))
    assert moved == date(2028, 1, 31)
    assert moved_term(date(2027, 1, 1), None, date(2027, 2, 1)) is None
