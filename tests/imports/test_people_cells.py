"""Names, phones and doors are read however they were typed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, strategies as st

from pointsvc.imports.cells import (
    BadCell,
    Cell,
    parse_digits,
    parse_door,
    parse_door_part,
    parse_name,
    parse_party,
    parse_phone,
    parse_sex,
    text_of,
)

PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@given(PHONES)
def test_a_phone_is_the_same_in_every_way_of_typing(phone: str) -> None:
    typed: list[Cell] = [
        phone,
        float(phone),
        int(phone),
        phone.translate(FULL_WIDTH),
        f" {phone[:3]} {phone[3:7]} {phone[7:]} ",
        f"+86 {phone[:3]}-{phone[3:]}",
        f"{phone}.0",
    ]
    assert {parse_phone(each) for each in typed} == {phone}


@given(st.from_regex(r"[0-9]{1,10}|[0-9]{12}|[02-9][0-9]{10}", fullmatch=True))
def test_what_has_not_eleven_digits_is_no_phone(text: str) -> None:
    with pytest.raises(BadCell, match=r"imports\.phone_malformed"):
        parse_phone(text)


@pytest.mark.parametrize("cell", ["无", "无手机", "—", "/", " - ", "没有"])
def test_words_for_no_phone_are_no_phone(cell: str) -> None:
    assert parse_phone(cell) is None


@pytest.mark.parametrize("cell", ["13800000001/13800000002", "0952-3310000", "1.38E+10", True])
def test_two_numbers_and_land_lines_are_for_the_clerk(cell: Cell) -> None:
    with pytest.raises(BadCell, match=r"imports\.phone_malformed"):
        parse_phone(cell)


@given(st.integers(0, 9999))
def test_a_tail_that_was_a_number_gets_its_zeros_back(number: int) -> None:
    assert parse_digits(float(number)) == f"{number:04}"


@pytest.mark.parametrize(
    ("cell", "digits"),
    [("0281", "0281"), ("13800000281", "13800000281"), ("无", ""), ("２８１", "0281")],
)
def test_a_tail_may_be_a_whole_phone_or_nothing(cell: Cell, digits: str) -> None:
    assert parse_digits(cell) == digits


@pytest.mark.parametrize("cell", ["12345", "尾号", "12.5", date(2022, 1, 1)])
def test_other_things_are_no_tail(cell: Cell) -> None:
    with pytest.raises(BadCell, match=r"imports\.tail_malformed"):
        parse_digits(cell)


@given(
    st.text("王李张刘陈杨赵黄周吴", min_size=2, max_size=4), st.sampled_from([" ", "\u3000", "  "])
)
def test_a_chinese_name_is_the_same_with_spaces_inside(name: str, space: str) -> None:
    assert parse_name(space.join(name)) == name


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (" Li   Mei ", "Li Mei"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("王秀英（大）", "王秀英(大)"),
        ("𠮷田", "𠮷田"),
    ],
)
def test_other_names_keep_their_form(cell: str, name: str) -> None:
    assert parse_name(cell) == name


@pytest.mark.parametrize("cell", ["13号楼", 42.0, "李梅、王强", "???", "王" * 61, date(2022, 1, 1)])
def test_what_is_no_name_is_for_the_clerk(cell: Cell) -> None:
    with pytest.raises(BadCell, match=r"imports\.name_malformed"):
        parse_name(cell)


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("13号楼", "13号楼"),
        (13.0, "13"),
        ("5#", "5号楼"),
        ("5#楼", "5号楼"),
        ("301房", "301"),
        ("２ 栋", "2栋"),
    ],
)
def test_a_door_is_typed_in_many_ways(cell: Cell, part: str) -> None:
    assert parse_door_part(cell) == part


@pytest.mark.parametrize(
    ("cell", "door"),
    [
        ("3号楼2单元401", ("3", "2", "401")),
        ("3-2-401", ("3", "2", "401")),
        ("尚城名邸3栋2单元401室", ("3", "2", "401")),
        ("3号楼 401", ("3", "", "401")),
    ],
)
def test_one_address_is_taken_apart(cell: str, door: tuple[str, str, str]) -> None:
    assert parse_door(cell) == door


@pytest.mark.parametrize("cell", ["桥东社区", "401", date(2003, 2, 4)])
def test_an_address_without_a_door_is_noticed(cell: Cell) -> None:
    with pytest.raises(BadCell, match=r"imports\.door_malformed"):
        parse_door(cell)


@pytest.mark.parametrize(
    ("cell", "is_member"),
    [
        ("是", True),
        ("中共党员", True),
        ("√", True),
        (True, True),
        ("否", False),
        ("群众", False),
        (0.0, False),
    ],
)
def test_party_membership_has_many_words(cell: Cell, is_member: bool) -> None:
    assert parse_party(cell) is is_member


def test_other_words_for_party_and_sex_are_noticed() -> None:
    with pytest.raises(BadCell, match=r"imports\.party_malformed"):
        parse_party("待定")
    with pytest.raises(BadCell, match=r"imports\.sex_malformed"):
        parse_sex("？")


@given(st.one_of(st.text(), st.floats(), st.booleans(), st.dates(), st.times(), st.timedeltas()))
def test_no_cell_is_met_by_anything_but_a_value_or_a_code(cell: Cell) -> None:
    for parse in (parse_name, parse_phone, parse_digits, parse_door_part, parse_door, text_of):
        with suppress(BadCell):
            parse(cell)
