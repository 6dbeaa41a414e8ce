"""Opening a workbook: from bytes to sheets of plain values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from pointsvc.imports.archive import pack, unpack
from pointsvc.imports.cells import Cell
from pointsvc.imports.errors import NotAWorkbook, TooLargeUnpacked, TooManyRows
from pointsvc.imports.sheet_xml import Measured, measure, sheet_paths

LINES_MAX: Final = 100_000
"""Lines under the headers that a book may have."""
ROWS_MAX: Final = LINES_MAX + 1_000
"""Filled rows of all sheets, with titles, headers and notes: looked at before anything is built."""
CELLS_MAX: Final = 6_000_000
SPREAD_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's values: `rows[0]` is row 1 and begins with column A; nothing there is ''."""

    name: str
    rows: list[list[Cell]]
    formulas: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's sheets, in its order; hidden ones are named and not read."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...]


def open_workbook(data: bytes) -> Book:
    """Open the bytes of an .xlsx file.

    Raises:
        NotAWorkbook, SaveAsXlsx, Encrypted, TooLarge, TooLargeUnpacked: see `errors`.
        TooManyRows: more than `ROWS_MAX` filled rows.
    """
    with _measured(data) as (workbook, measured):
        described = _sheets_of(workbook)
        return Book(
            sheets=tuple(_read_sheet(workbook, name, measured[name]) for name in measured),
            hidden=tuple(each.name for each in described if each.name not in measured),
        )


def check_workbook(data: bytes) -> None:
    """Refuse what `open_workbook` would refuse, before any cell is read."""
    with _measured(data):
        pass


@contextmanager
def _measured(data: bytes) -> Iterator[tuple[CalamineWorkbook, dict[str, Measured]]]:
    """The workbook, and what was seen of its visible sheets, in their order."""
    parts = unpack(data)
    paths = sheet_paths(parts)
    try:
        with CalamineWorkbook.from_filelike(pack(parts)) as workbook:
            described = _sheets_of(workbook)
            visible = [each.name for each in described if each.visible == SheetVisibleEnum.Visible]
            yield workbook, _measure_all({name: paths.get(name, "") for name in visible}, parts)
    except CalamineError as error:
        raise NotAWorkbook from error


def _sheets_of(workbook: CalamineWorkbook) -> list[SheetMetadata]:
    return [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]


def _measure_all(paths: dict[str, str], parts: dict[str, bytes]) -> dict[str, Measured]:
    measured: dict[str, Measured] = {}
    for name, path in paths.items():
        measured[name] = measure(parts, path, rows_max=ROWS_MAX, lines_max=LINES_MAX)
        if sum(each.filled_rows for each in measured.values()) > ROWS_MAX:
            raise TooManyRows(limit=LINES_MAX)
        if sum(each.dense_cells for each in measured.values()) > CELLS_MAX:
            raise TooLargeUnpacked
    return measured


def _read_sheet(workbook: CalamineWorkbook, name: str, measured: Measured) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return Sheet(name=name, rows=[], formulas=frozenset())
    rows: list[list[Cell]] = list(sheet.iter_rows())
    if before := sheet.start[1]:
        rows = [[""] * before + row for row in rows]
    _spread(rows, sheet.merged_cell_ranges or [])
    return Sheet(name=name, rows=rows, formulas=frozenset(measured.formulas))


def _spread(rows: list[list[Cell]], merges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give the value of merged cells to each of them, so that a row stands for itself."""
    left = SPREAD_MAX
    for (top, first), (bottom, last) in merges:
        if top >= len(rows) or first >= len(rows[top]) or rows[top][first] == "":
            continue
        for row in rows[top : bottom + 1]:
            for column in range(first, min(last + 1, len(row))):
                if row[column] == "":
                    row[column] = rows[top][first]
            left -= last - first + 1
        if left < 0:
            raise TooLargeUnpacked
