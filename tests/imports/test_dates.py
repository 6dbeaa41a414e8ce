"""Days are read in every form that offices use; a missing year is the book's."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, strategies as st

from pointsvc.imports.cells import BadCell, Cell
from pointsvc.imports.dates import (
    SERIAL_ZERO,
    Written,
    parse_best_before,
    parse_born,
    parse_written,
)
from pointsvc.imports.years import Years, year_in

DAYS = st.dates(date(1930, 1, 1), date(2099, 12, 31))


@given(DAYS)
def test_a_day_is_the_same_in_every_way_of_typing(day: date) -> None:
    serial = (day - SERIAL_ZERO).days
    typed: list[Cell] = [
        day,
        datetime(day.year, day.month, day.day, 9, 30),  # noqa: DTZ001 - cells have no zone
        float(serial),
        str(serial),
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d} 09:30",
        f"{day:%Y-%m-%d}（星期三）",
    ]
    assert {parse_written(each).on() for each in typed} == {day}


@pytest.mark.parametrize("cell", ["9月10日", "09月10号", "9.10", "9/10", "9-10"])
def test_a_day_may_be_without_a_year(cell: str) -> None:
    assert parse_written(cell) == Written(None, 9, 10)


@pytest.mark.parametrize("cell", ["22.9.9", "22年9月9日"])
def test_a_short_year_is_of_this_century(cell: str) -> None:
    assert parse_written(cell).on() == date(2022, 9, 9)


@pytest.mark.parametrize(
    "cell", ["昨天", "13月5日", "2022-02-30", "2022", "1203", 2022.0, 1993.1, True, "99999", -5.0]
)
def test_what_is_no_day_is_for_the_clerk(cell: Cell) -> None:
    with pytest.raises(BadCell, match=r"imports\.date_malformed"):
        parse_written(cell).on(2022)


@pytest.mark.parametrize("cell", ["1993.9", 1993.09, "1993年9月", "1993-09"])
def test_a_month_of_birth_is_its_first_day(cell: Cell) -> None:
    assert parse_born(cell) == date(1993, 9, 1)


@pytest.mark.parametrize("cell", ["58.3.2", "不详", "5月", "1958"])
def test_a_birth_of_unknown_century_is_noticed(cell: str) -> None:
    with pytest.raises(BadCell, match=r"imports\.born_malformed"):
        parse_born(cell)


def test_goods_are_good_until_the_end_of_their_month() -> None:
    assert parse_best_before("2024.02") == date(2024, 2, 29)
    with pytest.raises(BadCell, match=r"imports\.best_before_malformed"):
        parse_best_before("18个月")


def test_the_year_is_that_of_the_books_other_days() -> None:
    years = Years([(2, date(2022, 9, 1)), (9, date(2022, 10, 1))])
    assert years.settle(5, Written(None, 9, 10)) == date(2022, 9, 10)


def test_in_a_book_of_two_years_the_nearest_day_before_decides() -> None:
    years = Years([(2, date(2022, 12, 30)), (9, date(2023, 2, 1))])
    assert years.settle(3, Written(None, 1, 2)) == date(2023, 1, 2)
    assert years.settle(3, Written(None, 12, 31)) == date(2022, 12, 31)


def test_without_any_year_the_clerk_decides() -> None:
    with pytest.raises(BadCell, match=r"imports\.year_unknown"):
        Years([]).settle(2, Written(None, 9, 10))


def test_a_leap_day_falls_into_the_year_that_has_it() -> None:
    years = Years([(2, date(2023, 2, 1)), (9, date(2024, 3, 1))])
    assert years.settle(3, Written(None, 2, 29)) == date(2024, 2, 29)
    with pytest.raises(BadCell, match=r"imports\.date_malformed"):
        years.settle(3, Written(None, 2, 30))


def test_a_line_needs_a_day_not_a_month() -> None:
    with pytest.raises(BadCell, match=r"imports\.date_malformed"):
        Years([(2, date(2022, 9, 1))]).settle(3, Written(2022, 9, None))


@pytest.mark.parametrize(
    ("text", "year"),
    [("填表日期：2022年11月8日", 2022), ("台账2023", 2023), ("13800002022", None), ("表1", None)],
)
def test_a_title_may_speak_of_the_year(text: str, year: int | None) -> None:
    assert year_in(text) == year
