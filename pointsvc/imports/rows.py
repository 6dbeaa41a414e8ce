"""One row under a header: its fields, what is wrong with it, and whether it is a line at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from pointsvc.imports.cells import BadCell, Cell, is_blank, plain, text_of
from pointsvc.imports.headers import Table
from pointsvc.imports.lines import Problem

T = TypeVar("T")

_TOTAL: Final = re.compile(
    r"(?:本页|本月|本表|全部|人数|积分)?(?:合计|总计|小计|共计|累计|总人数)[:(]?[0-9,.]*[一-鿿]{0,2}\)?"
)
_NOTE: Final = re.compile(
    r"(?:注|备注|说明|填表|制表|审核|审批|负责人|统计|经办|单位|盖章|日期|联系人)[^:]{0,8}:|"
    r"注[0-9、.]|[一-鿿]{1,8}:|[0-9一二三四五六七八九十]{1,3}(?:号楼|栋|单元|组|网格)"
)
_WORDS_OF_A_LINE: Final = 3


class Row:
    """A row of a table, read field by field; problems gather in `errors` and `warnings`."""

    __slots__ = ("cells", "errors", "number", "table", "warnings")

    def __init__(self, table: Table, number: int, cells: list[Cell]) -> None:
        """A row of the sheet; `number` counts from 1 as the program shows it."""
        self.table = table
        self.number = number
        self.cells = cells
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.table.sheet.name

    def cell(self, field: str) -> Cell:
        """The cell of a field; '' where there is no such column."""
        column = self.table.firsts.get(field)
        return "" if column is None else self.cells[column]

    def each(self, field: str) -> Iterator[tuple[int, Cell]]:
        """The filled cells of a repeated field, with their columns."""
        for column in self.table.columns.get(field, ()):
            if not is_blank(cell := self.cells[column]):
                yield column, cell

    def need(self, field: str, parse: Callable[[Cell], T], missing: str) -> T | None:
        """A field that the line cannot be without: errors when it is blank or unreadable."""
        if is_blank(self.cell(field)):
            self.refuse(field, missing)
            return None
        return self.take(field, parse)

    def take(self, field: str, parse: Callable[[Cell], T]) -> T | None:
        """A field that may be blank, but not unreadable."""
        return self._read(field, parse, self.refuse)

    def try_take(self, field: str, parse: Callable[[Cell], T]) -> T | None:
        """A field without which the line is still good: unreadable is a warning."""
        return self._read(field, parse, self.warn)

    def refuse(
        self, field: str, code: str, *, see_row: int | None = None, value: str | None = None
    ) -> None:
        """Say why the line cannot be taken; `value` where it is not the cell's."""
        problem = self._problem(field, code, see_row)
        self.errors.append(problem if value is None else replace(problem, value=value))

    def refuse_at(self, column: int, code: str) -> None:
        """The same, for one column of a repeated field."""
        self.errors.append(self._problem_at(column, code))

    def warn(self, field: str, code: str, *, see_row: int | None = None) -> None:
        """Say what the clerk should know of a line that is taken."""
        self.warnings.append(self._problem(field, code, see_row))

    def warn_at(self, column: int, code: str) -> None:
        """The same, for one column of a repeated field."""
        self.warnings.append(self._problem_at(column, code))

    def texts(self) -> dict[str, str]:
        """The mapped cells by their headers, as a clerk corrects them."""
        return {
            self.table.labels[column]: text_of(self.cells[column]) for column in self.table.mapped
        }

    def corrected(self, texts: Mapping[str, str]) -> Row:
        """The same row with other cells, by header; headers that are not named keep theirs."""
        cells = list(self.cells)
        for column, label in enumerate(self.table.labels):
            if label in texts and texts[label] != text_of(cells[column]):
                cells[column] = texts[label]
        return Row(self.table, self.number, cells)

    def is_line(self) -> bool:
        """Whether it is a line: not blank, no total, no note, no section title, no second header."""
        cells = self.cells
        if all(is_blank(cells[column]) for column in self.table.mapped):
            return False
        return not (self._is_total() or self._is_note() or self._repeats_header())

    def warn_of_formulas(self) -> None:
        """Say which of the cells that were read are formulas: their last value was taken."""
        formulas = self.table.sheet.formulas
        if not formulas:
            return
        for column in self.table.mapped:
            if (self.number, column + 1) in formulas:
                blank = is_blank(self.cells[column])
                self.warn_at(column, "imports.formula_empty" if blank else "imports.formula_value")

    def _read(
        self, field: str, parse: Callable[[Cell], T], complain: Callable[[str, str], None]
    ) -> T | None:
        cell = self.cell(field)
        if is_blank(cell):
            return None
        try:
            return parse(cell)
        except BadCell as bad:
            complain(field, bad.code)
            return None

    def _problem(self, field: str, code: str, see_row: int | None) -> Problem:
        return Problem(
            sheet=self.sheet,
            row=self.number,
            column=self.table.label(field),
            code=code,
            value=text_of(self.cell(field)),
            see_row=see_row,
        )

    def _problem_at(self, column: int, code: str) -> Problem:
        return Problem(
            sheet=self.sheet,
            row=self.number,
            column=self.table.labels[column],
            code=code,
            value=text_of(self.cells[column]),
        )

    def _is_total(self) -> bool:
        return any(isinstance(cell, str) and _is_total_word(cell) for cell in self.cells)

    def _is_note(self) -> bool:
        """A remark under the table, or a title across it: few different words in the row."""
        words: list[Cell] = []
        for cell in self.cells:
            if cell not in words and not is_blank(cell):
                words.append(cell)
                if len(words) == _WORDS_OF_A_LINE:
                    return False
        if len(words) == 1 and sum(cell == words[0] for cell in self.cells) >= _WORDS_OF_A_LINE:
            return not plain(words[0]).isdecimal()
        return all(_NOTE.match(plain(word)) for word in words)

    def _repeats_header(self) -> bool:
        """A header again, as pages are printed."""
        cells, header, mapped = self.cells, self.table.header, self.table.mapped
        if not any(cells[column] == header[column] != "" for column in mapped):
            return False
        return all(is_blank(cells[column]) or cells[column] == header[column] for column in mapped)


def _is_total_word(text: str) -> bool:
    return ("计" in text or "总" in text) and bool(_TOTAL.fullmatch(plain(text)))
