"""A first look at the XML of a workbook: how many rows, how wide, and where formulas stand.

The reader of values builds a dense table from the first to the last filled cell, so its size must
be known before. Document types (and with them entities) are refused.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from pointsvc.imports.archive import WORKBOOK_PART
from pointsvc.imports.errors import NotAWorkbook, TooLargeUnpacked, TooManyRows

_RELATIONS_PART: Final = "xl/_rels/workbook.xml.rels"
_COLUMNS_MAX: Final = 16_384
_ROWS_MAX: Final = 1_048_576
_ROW_NUMBER: Final = re.compile(r"[0-9]{1,7}")
_LETTERS: Final = 26
_BEFORE_A: Final = ord("A") - 1


@dataclass(slots=True)
class Measured:
    """What was seen of a sheet; rows and columns count from 1."""

    filled_rows: int = 0
    last_row: int = 0
    last_column: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)

    @property
    def dense_cells(self) -> int:
        """Cells of the table that the reader of values will build."""
        return self.last_row * self.last_column


def sheet_paths(parts: dict[str, bytes]) -> dict[str, str]:
    """Where each sheet lies in the archive, by its name."""
    relations = _attributes(_part(parts, _RELATIONS_PART), "Relationship")
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
    found = {}
    for sheet in _attributes(_part(parts, WORKBOOK_PART), "sheet"):
        link = next((value for key, value in sheet.items() if key.endswith(":id")), "")
        found[sheet.get("name", "")] = posixpath.normpath(
            posixpath.join("/xl", targets.get(link, ""))
        ).lstrip("/")
    return found


def measure(parts: dict[str, bytes], path: str, *, rows_max: int, lines_max: int) -> Measured:
    """Count the filled rows and columns of a sheet and find its formulas.

    Raises:
        TooManyRows: more than `rows_max` filled rows; counting stops there, and `lines_max` is said.
        NotAWorkbook: the XML is damaged or names a cell that no sheet has.
    """
    look = _Look(rows_max, lines_max)
    _parse(_part(parts, path), look.start)
    return look.seen


class _Look:
    """Goes through the elements of one sheet; its own names carry the prefix of the root, if any.

    A sheet of 100,000 rows has millions of elements: little is done for each.
    """

    def __init__(self, rows_max: int, lines_max: int) -> None:
        self.seen = Measured()
        self.rows_max = rows_max
        self.lines_max = lines_max
        self.row = 0
        self.column = 0
        self.row_text = ""
        self.filled_row = 0
        self.prefix: str | None = None
        self.columns: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Called for each element; `c`, `v` and `is` are nearly all of them."""
        if self.prefix is None:
            self.prefix = name[: -len("worksheet")]
        if self.prefix:
            name = name.removeprefix(self.prefix) if name.startswith(self.prefix) else ""
        if name == "c":
            self._enter_cell(attributes.get("r"))
        elif name in ("v", "is"):
            self._fill()
        elif name == "row":
            self.row_text = attributes.get("r", str(self.row + 1))
            self.row = _whole(self.row_text)
            self.column = 0
        elif name == "f":
            self.seen.formulas.add((self.row, self.column))

    def _enter_cell(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        letters = reference.rstrip("0123456789")
        row_text = reference[len(letters) :]
        if row_text != self.row_text:
            self.row_text = row_text
            self.row = _whole(row_text)
        self.column = self.columns.get(letters) or self._learn_column(letters)

    def _learn_column(self, letters: str) -> int:
        column = 0
        for letter in letters:
            column = column * _LETTERS + ord(letter) - _BEFORE_A
        if not 0 < column <= _COLUMNS_MAX:
            raise NotAWorkbook
        self.columns[letters] = column
        return column

    def _fill(self) -> None:
        seen = self.seen
        if self.row != self.filled_row:
            self.filled_row = self.row
            seen.filled_rows += 1
            seen.last_row = max(seen.last_row, self.row)
            if seen.filled_rows > self.rows_max:
                raise TooManyRows(limit=self.lines_max)
        seen.last_column = max(seen.last_column, self.column)


def _whole(text: str) -> int:
    if not _ROW_NUMBER.fullmatch(text) or not 0 < int(text) <= _ROWS_MAX:
        raise NotAWorkbook
    return int(text)


def _part(parts: dict[str, bytes], path: str) -> bytes:
    """A part by its path, whatever its letters' case, as office programs do."""
    if path in parts:
        return parts[path]
    lowered = path.lower()
    for name, content in parts.items():
        if name.lower() == lowered:
            return content
    raise NotAWorkbook


def _attributes(xml: bytes, wanted: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)
            if len(found) > 2_000:  # noqa: PLR2004 - more sheets than any office has
                raise TooLargeUnpacked

    _parse(xml, start)
    return found


def _parse(xml: bytes, start: Any) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        raise NotAWorkbook from error


def _refuse_document_type(*_: object) -> None:
    raise NotAWorkbook
