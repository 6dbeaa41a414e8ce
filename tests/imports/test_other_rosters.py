"""Rosters of other offices: other words, other shapes, other habits."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import Workbook

from pointsvc.imports.reading import read_workbook
from pointsvc.imports.report import to_json
from pointsvc.members.rules import Door, door_of
from tests.imports.books import (
    LIMEI,
    ROSTER,
    WANGQIANG,
    book_of,
    error_codes,
    known_person,
    read_sheets,
    saved,
    warning_codes,
)

PEOPLE = [ROSTER, LIMEI, WANGQIANG]


@pytest.mark.parametrize(
    "word", ["手机号码", "手机", "联系方式", "联 系 电 话", "*电话（必填）", "本人手机号"]
)
def test_phones_are_found_under_any_word_for_them(word: str) -> None:
    reading = read_sheets({"1": [["序号", word, "志愿者姓名"], [1, "13800000001", "李梅"]]})
    assert [(each.name, each.phone) for each in reading.people] == [("李梅", "13800000001")]


def test_the_phone_of_a_relative_is_not_the_persons() -> None:
    reading = read_sheets({"1": [["姓名", "家属电话", "楼栋"], ["李梅", "13800000009", "3"]]})
    assert reading.people[0].phone is None


def test_one_address_column_gives_the_door() -> None:
    reading = read_sheets(
        {"1": [["姓名", "家庭住址"], ["李梅", "3号楼2单元401"], ["王强", "桥东"]]}
    )
    assert (reading.people[0].building, reading.people[0].room) == ("3", "401")
    assert warning_codes(reading) == ["door_malformed"]


def test_a_door_is_put_in_order_by_the_rule_of_the_counter() -> None:
    people = read_sheets({"1": [ROSTER, LIMEI, ["王强", None, "5#", None, "302房"]]}).people
    assert [door_of("3号楼", "2单元", "401室"), door_of("5号楼", "", "302")] == [
        Door(each.building, each.unit, each.room) for each in people
    ]


def test_a_building_alone_is_no_household() -> None:
    people = read_sheets({"1": [["姓名", "楼号"], ["李梅", "3号楼"], ["王强", None]]}).people
    assert [each.has_door for each in people] == [False, False]


def test_a_header_of_two_rows_is_one_header() -> None:
    rows = [
        ["某小区花名册"],
        ["姓名", "手机", "住址", None, None],
        [None, None, "楼栋", "单元", "门牌号"],
        ["李梅", "13800000001", 3, 2, 401],
    ]
    person = read_sheets({"1": rows}).people[0]
    assert (person.building, person.unit, person.room) == ("3", "2", "401")


def test_merged_cells_stand_for_each_of_their_rows() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in (
        ["二月花名册"],
        ["楼栋", "姓名", "电话"],
        ["3号楼", "李梅", None],
        [None, "王强", None],
    ):
        sheet.append(list(row))
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    reading = read_workbook(saved(workbook))
    assert [each.building for each in reading.people] == ["3号楼", "3号楼"]


def test_totals_notes_sections_and_printed_headers_are_no_lines() -> None:
    rows = [
        ["1号楼"],
        LIMEI,
        [],
        ["2号楼"] * 6,
        ROSTER,
        WANGQIANG,
        ["合计", "2人"],
        ["制表人：赵芳", "审核：周敏"],
        ["注：老人领卡"],
    ]
    reading = read_sheets({"1": [ROSTER, *rows]})
    assert [each.row for each in reading.people] == [3, 7]
    assert reading.line_counts["roster"] == 2


def test_prefilled_running_numbers_are_blank_rows() -> None:
    rows = [["序号", *ROSTER], [1, *LIMEI], [2], [3]]
    assert read_sheets({"1": rows}).line_counts["roster"] == 1


def test_a_roster_over_several_sheets_is_one_roster() -> None:
    reading = read_sheets({"3号楼": [ROSTER, LIMEI], "5号楼": [ROSTER, WANGQIANG, LIMEI]})
    assert len(reading.people) == 2
    assert warning_codes(reading) == ["person_repeated"]


def test_a_person_without_a_name_is_an_error() -> None:
    reading = read_sheets({"1": [ROSTER, [None, "13800000001", "3号楼"]]})
    assert error_codes(reading) == ["name_missing"]


def test_a_phone_belongs_to_one_person() -> None:
    reading = read_sheets({"1": [ROSTER, LIMEI, ["王强", LIMEI[1]]]})
    assert error_codes(reading) == ["phone_taken"]
    assert reading.errors[0].see_row == 2


def test_a_repeated_person_with_other_facts_is_pointed_out() -> None:
    reading = read_sheets({"1": [ROSTER, LIMEI, [*LIMEI[:2], "9号楼"]]})
    assert warning_codes(reading) == ["person_repeated_differently"]
    assert len(reading.people) == 1


def test_two_people_of_one_name_without_phones_differ_by_their_doors() -> None:
    rows = [ROSTER, ["马兰", None, 1, 1, 101], ["马兰", "无", 2, 1, 101], ["马兰", None, 1, 1, 101]]
    reading = read_sheets({"1": rows})
    assert to_json(reading)["roster"] == {"people": 2, "without_phone": 2, "duplicates": 1}


def test_optional_facts_that_cannot_be_read_are_warnings() -> None:
    header = ["姓名", "性别", "出生年月", "是否党员", "楼栋"]
    reading = read_sheets({"1": [header, ["李梅", "？", "不详", "待定", date(2022, 3, 2)]]})
    expected = ["born_malformed", "door_malformed", "party_malformed", "sex_malformed"]
    assert sorted(warning_codes(reading)) == expected
    assert len(reading.people) == 1


def test_hidden_and_unknown_sheets_are_named_and_not_read() -> None:
    workbook = Workbook()
    for row in PEOPLE:
        workbook.worksheets[0].append(list(row))
    copy = workbook.copy_worksheet(workbook.worksheets[0])
    copy.sheet_state = "hidden"
    workbook.create_sheet("说明").append(["请勿外传"])
    reading = read_workbook(saved(workbook))
    assert warning_codes(reading) == ["sheet_unrecognised", "sheet_hidden"]
    assert reading.duplicates == 0


def test_a_second_table_to_the_right_is_pointed_out() -> None:
    rows = [["姓名", "电话", "姓名", "电话"], ["李梅", "13800000001", "王强", "13800000002"]]
    reading = read_sheets({"1": rows})
    assert warning_codes(reading) == ["table_beside"]
    assert reading.warnings[0].column == "姓名 2"


def test_the_phone_of_a_known_member_is_no_other_persons() -> None:
    data = book_of({"人": PEOPLE})
    member = known_person("李梅", "13800000001")
    other = known_person("马兰", "13800000001")
    assert read_workbook(data, known=[member]).errors == ()
    assert error_codes(read_workbook(data, known=[other])) == ["phone_of_member"]
