"""Recognising tables and columns by the words of their header, never by place, order or name."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pointsvc.imports.cells import Cell, is_blank, text_of
from pointsvc.imports.opening import Sheet

HEADER_ROWS_MAX: Final = 40
"""Filled rows from the top in which a header is looked for."""
_EXACT: Final = 2
_LOOSE: Final = 1
_BRACKETS: Final = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_NOISE: Final = re.compile(r"[\s*:;、。_]+")
_UNTITLED: Final = "无表头"
_TITLE: Final = 2
"""A row with no more different cells than this is a title, no header."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A field and the words that stand over its column.

    `words` are whole headers; `loose` is searched in what is left, unless `never` is found there.
    A repeated heading takes every column that fits, and unnamed columns to the right of it.
    """

    field: str
    words: frozenset[str]
    loose: re.Pattern[str] | None = None
    never: re.Pattern[str] | None = None
    is_repeated: bool = False

    def fit(self, label: str) -> int:
        """How well the normalised header fits: 0 not at all."""
        if label in self.words:
            return _EXACT
        if self.loose is None or not self.loose.search(label):
            return 0
        return 0 if self.never and self.never.search(label) else _LOOSE


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table: its headings, and of which groups one each must be there, or none."""

    name: str
    headings: tuple[Heading, ...]
    needs: tuple[frozenset[str], ...]
    forbids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A recognised sheet: which kind, where its lines begin, and which column holds which field.

    `firsts` has the first column of each field, `mapped` all columns that are read. Every row of
    the sheet is as wide as `header`. `beside` is a column of a second such table to the right.
    """

    sheet: Sheet
    kind: str
    first_row: int
    columns: dict[str, tuple[int, ...]]
    firsts: dict[str, int]
    mapped: tuple[int, ...]
    labels: tuple[str, ...]
    header: tuple[Cell, ...]
    titles: tuple[str, ...]
    beside: int | None

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows under the header, numbered as in the sheet."""
        return enumerate(self.sheet.rows[self.first_row - 1 :], self.first_row)

    def label(self, field: str) -> str:
        """The header's own words over a field; the field's name where there is no such column."""
        return self.labels[self.firsts[field]] if field in self.firsts else field


def heading(
    field: str, words: str, loose: str = "", never: str = "", *, is_repeated: bool = False
) -> Heading:
    """A heading from its words, separated by spaces, and two patterns."""
    return Heading(
        field=field,
        words=frozenset(words.split()),
        loose=re.compile(loose) if loose else None,
        never=re.compile(never) if never else None,
        is_repeated=is_repeated,
    )


def normalise_label(cell: Cell) -> str:
    """'姓 名' is 姓名, '面积（㎡）' is 面积, '*单价（元）' is 单价."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", text_of(cell))).lower()
    return _BRACKETS.sub("", text) or text


def find_table(sheet: Sheet, kinds: Sequence[Kind]) -> Table | None:
    """The best header of a sheet among its first rows, for the kind that it fits best."""
    best: Table | None = None
    best_score = 0
    for first_row, header in _candidates(sheet.rows):
        labels = [normalise_label(cell) for cell in header]
        for kind in kinds:
            columns, score = _match(kind, labels)
            if score > best_score and _qualifies(kind, columns):
                best_score = score
                best = _table(sheet, kind, first_row, header, columns)
    return best


def _candidates(rows: list[list[Cell]]) -> Iterator[tuple[int, list[Cell]]]:
    """Rows as headers, then pairs of rows as one; with the number of the row below them.

    A header of two rows has group words above (住址) and the columns' own below (楼栋, 单元).
    """
    filled = [index for index, row in enumerate(rows) if not all(map(is_blank, row))]
    filled = filled[:HEADER_ROWS_MAX]
    for index in filled:
        yield index + 2, rows[index]
    for index, below in itertools.pairwise(filled):
        if (
            below == index + 1
            and len({cell for cell in rows[index] if not is_blank(cell)}) > _TITLE
        ):
            pair = zip(rows[index], rows[below], strict=False)
            yield below + 2, [upper if is_blank(lower) else lower for upper, lower in pair]


def _match(kind: Kind, labels: list[str]) -> tuple[dict[str, tuple[int, ...]], int]:
    """Give columns to fields: whole headers first, then loose ones; a column serves one field."""
    columns: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    score = 0
    for wanted in (_EXACT, _LOOSE):
        for each in kind.headings:
            if each.field in columns and not each.is_repeated:
                continue
            fitting = [
                index
                for index, label in enumerate(labels)
                if label and index not in taken and each.fit(label) == wanted
            ]
            if not fitting:
                continue
            found = tuple(fitting) if each.is_repeated else (fitting[0],)
            score += wanted if each.field not in columns else 0
            columns[each.field] = tuple(sorted((*columns.get(each.field, ()), *found)))
            taken.update(found)
    return columns, score


def _qualifies(kind: Kind, columns: dict[str, tuple[int, ...]]) -> bool:
    fields = columns.keys()
    return all(group & fields for group in kind.needs) and not kind.forbids & fields


def _table(
    sheet: Sheet,
    kind: Kind,
    first_row: int,
    header: list[Cell],
    columns: dict[str, tuple[int, ...]],
) -> Table:
    labels = [normalise_label(cell) for cell in header]
    for each in kind.headings:
        if each.is_repeated and each.field in columns:
            columns[each.field] = _continued(columns[each.field], labels)
    return Table(
        sheet=sheet,
        kind=kind.name,
        first_row=first_row,
        columns=columns,
        firsts={field: found[0] for field, found in columns.items()},
        mapped=tuple(sorted({each for found in columns.values() for each in found})),
        labels=tuple(_distinct(header)),
        header=tuple(header),
        titles=tuple(_titles(sheet.rows[: first_row - 1])),
        beside=_beside(kind, labels, columns),
    )


def _beside(kind: Kind, labels: list[str], columns: dict[str, tuple[int, ...]]) -> int | None:
    """A column of a second table: what is left of the header is a header of the kind again."""
    taken = {column for found in columns.values() for column in found}
    left = ["" if column in taken else label for column, label in enumerate(labels)]
    second, _score = _match(kind, left)
    return next(iter(second.values()))[0] if _qualifies(kind, second) else None


def _continued(columns: tuple[int, ...], labels: list[str]) -> tuple[int, ...]:
    """The columns, with unnamed ones to the right of each."""
    wider = set(columns)
    for column in columns:
        after = column + 1
        while after < len(labels) and not labels[after]:
            wider.add(after)
            after += 1
    return tuple(sorted(wider))


def _distinct(header: list[Cell]) -> Iterator[str]:
    """Each column's words, numbered where they repeat: 志愿者, 志愿者 2, 志愿者 3."""
    seen: dict[str, int] = {}
    previous = _UNTITLED
    for cell in header:
        label = re.sub(r"\s+", "", text_of(cell)) or previous
        previous = label
        seen[label] = seen.get(label, 0) + 1
        yield label if seen[label] == 1 else f"{label} {seen[label]}"


def _titles(rows: list[list[Cell]]) -> Iterator[str]:
    """Words above the header that stand alone in their row."""
    for row in rows:
        words = {text_of(cell) for cell in row if not is_blank(cell)}
        if len(words) == 1:
            yield words.pop()
