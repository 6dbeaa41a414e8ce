"""The year of a book, for days without one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import Final

from pointsvc.imports.cells import BadCell, Cell, plain
from pointsvc.imports.dates import Written, parse_written
from pointsvc.imports.headers import Table

_SPOKEN_YEAR: Final = re.compile(r"(?<![0-9])(20[0-9]{2})(?=年|[-/.][01]?[0-9]|$)")


class Years:
    """The year of a book: that of its whole dates; between several years the nearest in place."""

    def __init__(self, dated: Iterable[tuple[int, date]], otherwise: int | None = None) -> None:
        """Take (row, day) of the rows with a whole date, in order, and a year for no such row."""
        pairs = list(dated)
        self.rows = [row for row, _ in pairs]
        self.days = [day for _, day in pairs]
        counted = Counter(day.year for day in self.days)
        self.all = sorted(counted)
        self.main = counted.most_common(1)[0][0] if counted else otherwise

    def settle(self, row: int, written: Written) -> date:
        """The day that was meant in a row.

        Raises:
            BadCell: `imports.date_malformed`, `imports.year_unknown`.
        """
        if written.day is None:
            raise BadCell("imports.date_malformed")
        if written.year is not None or len(self.all) <= 1:
            return written.on(self.main)
        before = self.days[max(bisect_right(self.rows, row) - 1, 0)]
        return min(self._meant(written), key=lambda day: abs(day - before))

    def _meant(self, written: Written) -> list[date]:
        """The day in each year of the book that has it (29 February)."""
        days = []
        for year in self.all:
            with suppress(BadCell):
                days.append(written.on(year))
        if not days:
            raise BadCell("imports.date_malformed")
        return days

    def parser(self, row: int) -> Callable[[Cell], date]:
        """A parser of the day in a row."""

        def parse(cell: Cell) -> date:
            return self.settle(row, parse_written(cell))

        return parse


def year_in(text: str) -> int | None:
    """The year that a title or a sheet's name speaks of: '填表日期：2022年11月8日'."""
    found = _SPOKEN_YEAR.search(plain(text))
    return int(found[1]) if found else None


def years_of(tables: list[Table]) -> dict[str, Years]:
    """Each sheet's years: from its own days, its title, other sheets' days, other titles."""
    dated = {table.sheet.name: list(_dated(table)) for table in tables if "on" in table.columns}
    all_years = Counter(day.year for days in dated.values() for _, day in days)
    spoken = {table.sheet.name: _spoken_year(table) for table in tables}
    common = all_years.most_common(1)[0][0] if all_years else None
    somewhere = common or next(filter(None, spoken.values()), None)
    return {name: Years(days, spoken[name] or somewhere) for name, days in dated.items()}


def _dated(table: Table) -> Iterator[tuple[int, date]]:
    column = table.columns["on"][0]
    for number, cells in table.rows():
        try:
            written = parse_written(cells[column])
            if written.year is not None:
                yield number, written.on()
        except (BadCell, IndexError):
            continue


def _spoken_year(table: Table) -> int | None:
    return next(filter(None, map(year_in, (table.sheet.name, *table.titles))), None)
