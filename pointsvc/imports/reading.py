"""Reading a whole workbook, and one corrected row of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from pointsvc.imports import catalogue, donations, ledger, plots, roster
from pointsvc.imports.cells import Cell, is_blank
from pointsvc.imports.directory import Directory
from pointsvc.imports.errors import NothingRecognised, TooManyRows
from pointsvc.imports.headers import Table, find_table
from pointsvc.imports.lines import (
    CatalogueLine,
    DonationLine,
    KnownPerson,
    LedgerLine,
    Line,
    Person,
    PlotDivision,
    Problem,
    RejectedRow,
    RowOutcome,
)
from pointsvc.imports.opening import LINES_MAX, Book, open_workbook
from pointsvc.imports.rows import Row
from pointsvc.imports.years import Years, years_of
from pointsvc.kernel.errors import NotFound

Progress = Callable[[int, int], None]
"""Called with the rows read so far and all rows."""
Corrections = Mapping[tuple[str, int], Mapping[str, str]]
"""Texts to read in place of cells: by sheet and row, then by header."""
Dropped = Collection[tuple[str, int]]
"""Rows, by sheet and number, that a clerk does not want."""

KINDS: Final = (roster.KIND, catalogue.KIND, plots.KIND, ledger.KIND, donations.KIND)
PROGRESS_STEP: Final = 1_000
_REPEATED: Final = frozenset({"imports.person_repeated", "imports.person_repeated_differently"})

L = TypeVar("L", bound=Line)


class Reader(Protocol[L]):
    """Reads one kind of table: `read` decides, `take` counts what is taken."""

    def read(self, row: Row) -> L | None:
        """The line of a row, or None."""
        ...

    def take(self, line: L, /) -> None:
        """Count a line as taken."""
        ...


class Readers:
    """The five readers of a book, with what they know after reading it."""

    def __init__(self, known: Iterable[KnownPerson], years: dict[str, Years]) -> None:
        """Begin with the members that the community has, and each sheet's years."""
        directory = Directory(known)
        self.roster = roster.RosterReader(directory)
        self.catalogue = catalogue.CatalogueReader()
        self.plots = plots.PlotsReader(directory)
        self.ledger = ledger.LedgerReader(directory, years)
        self.donations = donations.DonationsReader(years)

    def read(self, row: Row) -> Line | None:
        """Read one row by the kind of its table; nothing is counted."""
        reader: Reader[Line] = getattr(self, row.table.kind)
        return reader.read(row)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a book says. `balances` are the sums of `ledger` by person, in its order.

    Lines of a person who spent more than they had are not in `ledger`: that is an error at the last.
    `line_counts` counts every line of each kind, taken or not; `rejected` are the rows to correct;
    `tables` and `readers` are what `read_row_again` needs.
    """

    title: str
    people: tuple[Person, ...]
    plots: tuple[PlotDivision, ...]
    ledger: tuple[LedgerLine, ...]
    donations: tuple[DonationLine, ...]
    catalogue: tuple[CatalogueLine, ...]
    balances: dict[bytes, int]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    rejected: tuple[RejectedRow, ...]
    line_counts: dict[str, int]
    tables: dict[str, Table]
    readers: Readers

    @property
    def duplicates(self) -> int:
        """How many rows of the roster repeat a person."""
        return sum(each.code in _REPEATED for each in self.warnings)


def read_workbook(
    data: bytes,
    *,
    known: Iterable[KnownPerson] = (),
    corrections: Corrections | None = None,
    dropped: Dropped = (),
    progress: Progress | None = None,
) -> Reading:
    """Read the bytes of an .xlsx file; nothing is written anywhere.

    Args:
        data: the file.
        known: members that the community has already; lines may speak of them.
        corrections: what a clerk typed for some rows, read in place of their cells.
        dropped: rows that are counted and not read.
        progress: called every 1,000 rows.

    Raises:
        Refusals of `imports.errors`: the file is none that can be read.
    """
    return read_book(
        open_workbook(data),
        known=known,
        corrections=corrections,
        dropped=dropped,
        progress=progress,
    )


def read_book(
    book: Book,
    *,
    known: Iterable[KnownPerson] = (),
    corrections: Corrections | None = None,
    dropped: Dropped = (),
    progress: Progress | None = None,
) -> Reading:
    """Read an opened book; see `read_workbook`."""
    found = {sheet.name: find_table(sheet, KINDS) for sheet in book.sheets}
    tables = {name: table for name, table in found.items() if table is not None}
    if not tables:
        raise NothingRecognised
    readers = Readers(known, years_of(list(tables.values())))
    total = sum(_height(each) for each in tables.values())
    run = _Run(corrections or {}, dropped, progress, total)
    run.warnings += _unread(book, tables)
    lines = {kind.name: run.read(kind.name, tables, getattr(readers, kind.name)) for kind in KINDS}
    run.finish()
    ledger_lines, balances = run.settle(lines["ledger"], tables)
    return Reading(
        title=_title(tables),
        people=tuple(readers.roster.people.values()),
        plots=tuple(sorted(readers.plots.plots.values(), key=lambda plot: plot.number)),
        ledger=ledger_lines,
        donations=tuple(lines["donations"]),
        catalogue=tuple(lines["catalogue"]),
        balances=balances,
        errors=tuple(run.errors),
        warnings=tuple(run.warnings),
        rejected=tuple(run.rejected),
        line_counts=dict(run.line_counts),
        tables=tables,
        readers=readers,
    )


def read_row_again(
    reading: Reading, *, sheet: str, row: int, texts: Mapping[str, str]
) -> RowOutcome:
    """Read one row with other cells (by header), given all that the book says; nothing is counted.

    Its key is that of the next line with the same content. Earlier corrections of the same book
    count when the reading was made with them (`corrections`).

    Raises:
        NotFound: no such row in a recognised sheet.
    """
    table = reading.tables.get(sheet)
    if table is None or not table.first_row <= row <= len(table.sheet.rows):
        raise NotFound
    corrected = Row(table, row, table.sheet.rows[row - 1]).corrected(texts)
    line = reading.readers.read(corrected) if corrected.is_line() else None
    return RowOutcome(line, tuple(corrected.errors), tuple(corrected.warnings))


def reject_line(reading: Reading, line: Line, code: str, *, value: str) -> RejectedRow:
    """A line that was read, and that somebody else refuses, as a row for the clerk to correct."""
    table = reading.tables[line.sheet]
    row = Row(table, line.row, table.sheet.rows[line.row - 1])
    row.refuse("points", code, value=value)
    return _rejected(row)


class _Run:
    """One pass over the tables of a book."""

    def __init__(
        self, corrections: Corrections, dropped: Dropped, progress: Progress | None, total: int
    ) -> None:
        self.corrections = corrections
        self.dropped = dropped
        self.progress = progress
        self.total = total
        self.done = 0
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []
        self.rejected: list[RejectedRow] = []
        self.line_counts: Counter[str] = Counter({kind.name: 0 for kind in KINDS})

    def read(self, kind: str, tables: dict[str, Table], reader: Reader[L]) -> list[L]:
        """The lines of every table of a kind."""
        taken: list[L] = []
        for table in tables.values():
            if table.kind == kind:
                taken += self._read_table(table, reader)
        return taken

    def finish(self) -> None:
        """Say that all rows are read."""
        if self.progress:
            self.progress(self.total, self.total)

    def settle(
        self, lines: Sequence[LedgerLine], tables: dict[str, Table]
    ) -> tuple[tuple[LedgerLine, ...], dict[bytes, int]]:
        """Lines and balances of who did not spend more than they had; an error for each other."""
        balances = _balances(lines)
        last = {line.person: line for line in lines if balances[line.person] < 0}
        for person, line in last.items():
            table = tables[line.sheet]
            row = self._row(table, line.row, table.sheet.rows[line.row - 1])
            row.refuse("points", "imports.balance_negative", value=str(balances.pop(person)))
            self._reject(row)
        return tuple(line for line in lines if line.person not in last), balances

    def _read_table(self, table: Table, reader: Reader[L]) -> Iterator[L]:
        for number, cells in table.rows():
            self._step()
            row = self._row(table, number, cells)
            if not row.is_line():
                continue
            self._count(table.kind)
            if (row.sheet, number) in self.dropped:
                continue
            line = reader.read(row)
            row.warn_of_formulas()
            self.warnings += row.warnings
            if row.errors:
                self._reject(row)
            elif line is not None:
                reader.take(line)
                yield line

    def _row(self, table: Table, number: int, cells: list[Cell]) -> Row:
        row = Row(table, number, cells)
        texts = self.corrections.get((table.sheet.name, number)) if self.corrections else None
        return row.corrected(texts) if texts else row

    def _step(self) -> None:
        if self.progress and self.done % PROGRESS_STEP == 0:
            self.progress(self.done, self.total)
        self.done += 1

    def _count(self, kind: str) -> None:
        self.line_counts[kind] += 1
        if self.line_counts.total() > LINES_MAX:
            raise TooManyRows(limit=LINES_MAX)

    def _reject(self, row: Row) -> None:
        self.errors += row.errors
        self.rejected.append(_rejected(row))


def _rejected(row: Row) -> RejectedRow:
    return RejectedRow(row.sheet, row.number, row.table.kind, row.texts(), tuple(row.errors))


def _height(table: Table) -> int:
    return max(len(table.sheet.rows) - table.first_row + 1, 0)


def _unread(book: Book, tables: dict[str, Table]) -> Iterator[Problem]:
    """What there is and was not read: unknown sheets, hidden ones, second tables on a sheet."""
    for sheet in book.sheets:
        table = tables.get(sheet.name)
        if table is None:
            if not all(is_blank(cell) for row in sheet.rows for cell in row):
                yield Problem(sheet.name, 0, "", "imports.sheet_unrecognised", sheet.name)
        elif table.beside is not None:
            label = table.labels[table.beside]
            yield Problem(sheet.name, table.first_row - 1, label, "imports.table_beside", label)
    for name in book.hidden:
        yield Problem(name, 0, "", "imports.sheet_hidden", name)


def _balances(lines: Iterable[LedgerLine]) -> dict[bytes, int]:
    balances: dict[bytes, int] = {}
    for line in lines:
        balances[line.person] = balances.get(line.person, 0) + line.points
    return balances


def _title(tables: dict[str, Table]) -> str:
    """The first words above the roster, else above any table."""
    ordered = sorted(tables.values(), key=lambda table: table.kind != roster.KIND.name)
    return next((words for table in ordered for words in table.titles), "")
