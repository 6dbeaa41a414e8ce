"""Whatever stands in a book, each line is taken, repeated or rejected; nothing gets lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pointsvc.imports.cells import Cell
from pointsvc.imports.errors import TooManyRows
from pointsvc.imports.opening import Book, Sheet
from pointsvc.imports.reading import read_book, read_workbook
from pointsvc.imports.report import to_json, to_text
from tests.imports.books import (
    LEDGER,
    LIMEI,
    OFFICE,
    PLOTS,
    ROSTER,
    WANGQIANG,
    Row,
    book_of,
    read_sheets,
    warning_codes,
    with_cached_formula,
    with_part,
)

CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(
        ["", "李梅", "王强", "13800000001", "0001", "十分", "合计", "9月9日", "1号田", "注：无"]
    ),
    st.sampled_from([1.0, 10.0, -5.0, 44813.0, 281.0, 1.5]),
    st.dates(),
    st.booleans(),
    st.text(max_size=6),
)


def lines_of(header: Row) -> st.SearchStrategy[list[list[Cell]]]:
    """A table of these columns with anything in it."""
    row = st.lists(CELLS, min_size=len(header), max_size=len(header))
    return st.lists(row, max_size=6).map(lambda rows: [list(header), *rows])


def roster_of(count: int) -> bytes:
    """A roster of so many people, written without a library for speed."""
    header = "".join(f'<c t="inlineStr"><is><t>{label}</t></is></c>' for label in ROSTER)
    rows = "".join(
        f'<row><c t="inlineStr"><is><t>王{chr(0x4E00 + number % 9999)}</t></is></c>'
        f"<c><v>{13_000_000_000 + number}</v></c><c><v>3</v></c><c><v>2</v></c>"
        f'<c><v>{number % 900}</v></c><c t="inlineStr"><is><t>否</t></is></c></row>'
        for number in range(count)
    )
    xml = f"<worksheet><sheetData><row>{header}</row>{rows}</sheetData></worksheet>"
    return with_part(book_of({"人": [ROSTER]}), "xl/worksheets/sheet1.xml", lambda _: xml)


@given(lines_of(ROSTER), lines_of(LEDGER), lines_of(PLOTS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_every_line_is_taken_repeated_or_rejected(
    roster: list[list[Cell]], ledger: list[list[Cell]], plots: list[list[Cell]]
) -> None:
    sheets = {"人": roster, "账": ledger, "田": plots}
    book = Book(tuple(Sheet(name, rows, frozenset()) for name, rows in sheets.items()), ())
    reading = read_book(book)
    rejected = [each.kind for each in reading.rejected]
    assert reading.line_counts["roster"] == (
        len(reading.people) + reading.duplicates + rejected.count("roster")
    )
    if not any(each.code == "imports.balance_negative" for each in reading.errors):
        assert reading.line_counts["ledger"] == len(reading.ledger) + rejected.count("ledger")
    assert to_text(reading)


def test_the_same_file_gives_the_same_report() -> None:
    assert to_json(read_workbook(OFFICE)) == to_json(read_workbook(OFFICE))


def test_the_text_names_every_wrong_row_and_what_to_do() -> None:
    text = to_text(read_workbook(OFFICE))
    assert "158 人可导入" in text
    assert "居民花名册 第 105 行“联系电话”：“1512113413”不是 11 位手机号" in text
    assert "7699.80 元" in text


def test_a_formulas_last_result_is_taken_with_a_warning() -> None:
    line = ["2022-09-09", "李梅", "0001", "绿化", 1]
    data = book_of({"账": [LEDGER, line], "人": [ROSTER, LIMEI]})
    reading = read_workbook(with_cached_formula(data, "xl/worksheets/sheet1.xml", "E2", "10"))
    assert [each.points for each in reading.ledger] == [10]
    found = reading.warnings[0]
    assert (found.code, found.row, found.column, found.value) == (
        "imports.formula_value",
        2,
        "积分",
        "10",
    )


def test_a_formula_without_a_result_is_a_blank_cell_with_a_warning() -> None:
    rows = [LEDGER, ["2022-09-09", "李梅", "0001", "绿化", "=5+5"]]
    reading = read_sheets({"账": rows, "人": [ROSTER, LIMEI]})
    assert warning_codes(reading) == ["formula_empty"]
    assert [each.code for each in reading.errors] == ["imports.points_missing"]


def test_formulas_elsewhere_are_nobodys_concern() -> None:
    rows = [["序号", *ROSTER], ["=1+0", *LIMEI]]
    assert read_sheets({"人": rows}).warnings == ()


def test_parts_may_carry_a_prefix_as_some_programs_write_them() -> None:
    def prefixed(xml: str) -> str:
        return xml.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")

    data = book_of({"人": [ROSTER, LIMEI, WANGQIANG]})
    assert len(read_workbook(with_part(data, "xl/worksheets/sheet1.xml", prefixed)).people) == 2


def test_progress_is_told_from_the_first_row_to_the_last() -> None:
    told: list[tuple[int, int]] = []
    read_workbook(OFFICE, progress=lambda done, total: told.append((done, total)))
    assert told[0][0] == 0
    assert told[-1] == (509, 509)


@pytest.mark.slow
def test_a_hundred_thousand_people_are_read_with_progress() -> None:
    told: list[int] = []
    reading = read_workbook(roster_of(100_000), progress=lambda done, _total: told.append(done))
    assert (len(reading.people), reading.errors) == (100_000, ())
    assert told == [*range(0, 100_000, 1_000), 100_000]


def test_the_line_after_a_hundred_thousand_is_one_too_many() -> None:
    lines: list[list[Cell]] = [["", "13800000001", "", "", "", ""]] * 100_001
    sheet = Sheet("人", [list(ROSTER), *lines], frozenset())
    with pytest.raises(TooManyRows):
        read_book(Book((sheet,), ()))
