"""One corrected row is read alone, in what the book knows; the same correction gives the same key."""

from __future__ import annotations

import pytest

from pointsvc.imports.lines import LedgerLine, Person
from pointsvc.imports.reading import read_row_again, read_workbook
from pointsvc.kernel.errors import NotFound
from tests.imports.books import LEDGER, LIMEI, OFFICE, ROSTER, WANGQIANG, book_of, read_sheets

READING = read_workbook(OFFICE)
LINE = ["2022-09-09", "李梅", "0001", "绿化", 10]


def test_every_wrong_row_is_kept_with_its_cells() -> None:
    kept = READING.rejected[0]
    assert (kept.sheet, kept.row, kept.kind) == ("居民花名册", 105, "roster")
    assert kept.cells["联系电话"] == "1512113413"
    assert [each.code for each in kept.problems] == ["imports.phone_malformed"]


def test_a_corrected_person_is_taken() -> None:
    outcome = read_row_again(
        READING, sheet="居民花名册", row=105, texts={"联系电话": "15121134130"}
    )
    assert isinstance(outcome.line, Person)
    assert (outcome.line.phone, outcome.line.building) == ("15121134130", "15")


def test_a_correction_that_is_still_wrong_says_so() -> None:
    outcome = read_row_again(READING, sheet="居民花名册", row=105, texts={"联系电话": "151"})
    assert outcome.line is None
    assert [each.value for each in outcome.errors] == ["151"]


def test_a_row_read_again_unchanged_is_as_wrong_as_before() -> None:
    for kept in READING.rejected:
        again = read_row_again(READING, sheet=kept.sheet, row=kept.row, texts=kept.cells)
        assert again.errors == kept.problems


def test_a_corrected_line_has_the_key_of_the_corrected_book() -> None:
    wrong = [LEDGER, LINE, [*LINE[:4], "十分"]]
    people = [ROSTER, LIMEI]
    reading = read_sheets({"人": people, "账": wrong})
    outcome = read_row_again(reading, sheet="账", row=3, texts={"积分": "10"})
    corrected = read_sheets({"人": people, "账": [LEDGER, LINE, LINE]})
    assert isinstance(outcome.line, LedgerLine)
    assert outcome.line.key == corrected.ledger[1].key


def test_corrections_made_before_are_counted() -> None:
    data = book_of({"人": [ROSTER, LIMEI], "账": [LEDGER, [*LINE[:4], "十"], [*LINE[:4], "拾"]]})
    first = read_workbook(data, corrections={("账", 2): {"积分": "10"}})
    second = read_row_again(first, sheet="账", row=3, texts={"积分": "10"})
    assert isinstance(second.line, LedgerLine)
    assert second.line.key != first.ledger[0].key


def test_a_corrected_person_makes_their_lines_good() -> None:
    wrong = ["李梅", "1380000001"]
    data = book_of({"人": [ROSTER, wrong, WANGQIANG], "账": [LEDGER, LINE]})
    assert read_workbook(data).ledger == ()
    assert read_workbook(data, corrections={("人", 2): {"联系电话": "13800000001"}}).ledger


def test_a_row_that_is_not_there_is_not_found() -> None:
    for sheet, row in (("居民花名册", 3), ("居民花名册", 999), ("别的", 4)):
        with pytest.raises(NotFound):
            read_row_again(READING, sheet=sheet, row=row, texts={})


def test_a_corrected_person_who_is_there_already_is_nobody_new() -> None:
    texts = {"姓名": "王海涛", "联系电话": "17572980984"}
    outcome = read_row_again(READING, sheet="居民花名册", row=105, texts=texts)
    assert (outcome.line, outcome.errors) == (None, ())
    assert [each.see_row for each in outcome.warnings] == [4]
