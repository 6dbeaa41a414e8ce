"""Points books of other offices: whom a line means, when, and how many points."""

from __future__ import annotations

from datetime import date

import pytest

from pointsvc.imports.lines import person_key
from pointsvc.imports.reading import read_workbook
from pointsvc.imports.report import to_json
from tests.imports.books import (
    DONATIONS,
    LEDGER,
    LIMEI,
    ROSTER,
    WANGQIANG,
    book_of,
    error_codes,
    known_person,
    read_sheets,
    warning_codes,
)

PEOPLE = [ROSTER, LIMEI, WANGQIANG]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["2022-09-09", "陌生人", "0001", "绿化", 10], "person_unknown"),
        (["2022-09-09", "李梅", "9999", "绿化", 10], "tail_mismatch"),
        (["2022-09-09", "李梅", "没记", "绿化", 10], "tail_malformed"),
        (["2022-09-09", "何云", "0003", "绿化", 10], "person_rejected"),
        ([None, "李梅", "0001", "绿化", 10], "date_missing"),
        (["那天", "李梅", "0001", "绿化", 10], "date_malformed"),
        (["9月9日", "李梅", "0001", "绿化", 10], "year_unknown"),
        (["2022-09-09", "李梅", "0001", "绿化", None], "points_missing"),
        (["2022-09-09", "李梅", "0001", "绿化", "十分"], "points_malformed"),
        (["2022-09-09", "李梅", "0001", "绿化", 900000], "points_out_of_range"),
        (["2022-09-09", "李梅", "0001", "兑换", 20], "exchange_not_negative"),
        (["2022-09-09", "李梅", "0001", "很" * 201, 20], "text_too_long"),
        (["2022-09-09", None, "0001", "绿化", 20], "name_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_doubtful_line_of_the_points_book_is_an_error(row: list[object], code: str) -> None:
    people = [*PEOPLE, ["何云", "1380000003"]]
    reading = read_sheets({"人": people, "账": [LEDGER, row]})
    assert error_codes(reading)[-1] == code
    assert reading.ledger == ()


def test_what_was_earned_and_spent_may_have_columns_of_their_own() -> None:
    rows = [
        ["日期", "姓名", "项目", "获得积分", "兑换积分", "积分余额"],
        ["2022-09-09", "李梅", "绿化", 30, None, 30],
        ["2022-09-10", "李梅", "换米", None, 20, 10],
    ]
    assert [each.points for each in read_sheets({"人": PEOPLE, "账": rows}).ledger] == [30, -20]


def test_a_tail_means_nothing_where_the_name_is_enough() -> None:
    rows = [["日期", "姓名", "项目", "积分"], ["2022-09-09", "李梅", "绿化", 10]]
    assert to_json(read_sheets({"人": PEOPLE, "账": rows}))["ledger"]["balances"] == {LIMEI[1]: 10}


def test_no_digits_mean_the_namesake_without_a_phone() -> None:
    people = [*PEOPLE, ["李梅", None, "9号楼", "1单元", "101"]]
    rows = [
        LEDGER,
        ["2022-09-09", "李梅", None, "绿化", 10],
        ["2022-09-09", "李梅", "0001", "绿化", 5],
    ]
    found = to_json(read_sheets({"人": people, "账": rows}))["ledger"]["balances"]
    assert found == {"李梅": 10, LIMEI[1]: 5}


def test_the_year_may_come_from_the_title_or_another_sheet() -> None:
    line = ["9月9日", "李梅", "0001", "绿化", 10]
    titled = read_sheets({"人": PEOPLE, "账": [["2021年度台账"], LEDGER, line]})
    beside = read_sheets(
        {
            "人": PEOPLE,
            "账": [LEDGER, line],
            "捐": [DONATIONS, [date(2020, 1, 1), "甲", "米", 1, 1]],
        }
    )
    assert titled.ledger[0].on == date(2021, 9, 9)
    assert beside.ledger[0].on == date(2020, 9, 9)


def test_equal_lines_count_each_and_are_pointed_out() -> None:
    line = ["2022-09-09", "李梅", "0001", "分类", 2]
    reading = read_sheets({"人": PEOPLE, "账": [LEDGER, line, line]})
    assert reading.balances == {person_key("李梅", "13800000001"): 4}
    assert warning_codes(reading) == ["line_repeated"]
    assert len({each.key for each in reading.ledger}) == 2


def test_who_spent_more_than_they_had_is_an_error_at_their_last_line() -> None:
    rows = [
        LEDGER,
        ["2022-09-08", "李梅", "0001", "绿化", 2],
        ["2022-09-09", "李梅", "0001", "兑换", -9],
        ["2022-09-09", "王强", "0002", "绿化", 10],
    ]
    reading = read_sheets({"人": PEOPLE, "账": rows})
    assert [(each.row, each.value) for each in reading.errors] == [(3, "-7")]
    assert error_codes(reading) == ["balance_negative"]
    assert to_json(reading)["ledger"]["balances"] == {WANGQIANG[1]: 10}
    assert [each.row for each in reading.ledger] == [4]


def test_a_book_without_a_roster_speaks_of_known_members() -> None:
    known = known_person("李梅", "13800000001")
    data = book_of({"账": [LEDGER, ["2022-09-09", "李梅", "0001", "绿化", 10]]})
    assert read_workbook(data, known=[known]).balances == {known.key: 10}
    assert error_codes(read_workbook(data)) == ["person_unknown"]
