"""The office's own workbook is read as its facts say, and so is another office's."""

from __future__ import annotations

from typing import Any

import pytest

from pointsvc.imports.reading import read_workbook
from pointsvc.imports.report import community_name, to_json
from tests.imports.books import FACTS, OFFICE, another_office

READING = read_workbook(OFFICE)
BOOKS = pytest.mark.parametrize("data", [OFFICE, another_office()], ids=["office", "another"])


@BOOKS
def test_people_are_counted_as_in_the_facts(data: bytes) -> None:
    expected = FACTS["roster"]
    assert to_json(read_workbook(data))["roster"] == {
        "people": expected["people_importable"],
        "without_phone": expected["people_without_phone"],
        "duplicates": FACTS["defects"]["exact_duplicate_rows"],
    }


@BOOKS
def test_plots_have_the_leaders_and_volunteers_of_the_facts(data: bytes) -> None:
    expected = [
        {**{key: plot[key] for key in ("no", "leader", "volunteers")}, "area_m2": plot["area"]}
        for plot in FACTS["plots"]
    ]
    assert to_json(read_workbook(data))["plots"] == expected


@BOOKS
def test_the_points_book_adds_up_as_in_the_facts(data: bytes) -> None:
    expected = {key: FACTS["ledger"][key] for key in ("rows", "total_points", "balances")}
    assert to_json(read_workbook(data))["ledger"] == expected


@BOOKS
@pytest.mark.parametrize("part", ["donations", "catalogue"])
def test_goods_are_those_of_the_facts(data: bytes, part: str) -> None:
    assert to_json(read_workbook(data))[part] == FACTS[part]


@BOOKS
def test_each_wrong_row_is_one_error(data: bytes) -> None:
    expected = [
        *["imports.phone_malformed"] * FACTS["roster"]["rows_to_report_as_errors"],
        *["imports.person_unknown"] * 4,
        *["imports.points_malformed"] * 2,
    ]
    assert sorted(each["code"] for each in to_json(read_workbook(data))["errors"]) == sorted(
        expected
    )
    assert (
        expected.count("imports.phone_malformed") + FACTS["ledger"]["rows_to_report_as_errors"] == 8
    )


def test_repeated_rows_are_warnings_and_nothing_else_is() -> None:
    codes = [each.code for each in READING.warnings]
    assert codes == ["imports.person_repeated"] * FACTS["defects"]["exact_duplicate_rows"]


def test_party_members_and_births_are_read() -> None:
    assert sum(each.is_party_member for each in READING.people) == FACTS["roster"]["party_members"]
    assert all(each.born_on for each in READING.people)


def test_people_of_one_name_are_kept_apart() -> None:
    names = [each.name for each in READING.people]
    assert len(names) - len(set(names)) == FACTS["defects"]["same_name_different_person"]


def test_an_error_names_sheet_row_column_and_value() -> None:
    found: dict[str, Any] = to_json(READING)["errors"][0]
    assert found == {
        "sheet": "居民花名册",
        "row": 105,
        "column": "联系电话",
        "code": "imports.phone_malformed",
        "value": "1512113413",
    }


def test_all_days_of_the_points_book_fall_into_its_year() -> None:
    assert {line.on.year for line in READING.ledger} == {2022}


def test_the_community_is_named_by_the_title() -> None:
    assert community_name(READING) == "尚城名邸小区"


def test_keys_are_the_same_in_another_arrangement_of_the_same_book() -> None:
    other = read_workbook(another_office())
    assert {line.key for line in other.people} == {line.key for line in READING.people}
    assert {line.key for line in other.ledger} == {line.key for line in READING.ledger}
    assert {line.key for line in other.donations} == {line.key for line in READING.donations}


def test_no_two_lines_share_a_key() -> None:
    keys = [each.key for each in READING.people]
    keys += [each.key for each in READING.ledger]
    keys += [each.key for each in READING.donations]
    assert len(set(keys)) == len(keys)
