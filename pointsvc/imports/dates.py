"""Days as offices write them; the year may be left out."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from pointsvc.imports.cells import BadCell, Cell, plain, text_of

SERIAL_ZERO: Final = date(1899, 12, 30)
_SERIAL_FIRST: Final = 3_654
_SERIAL_LAST: Final = 73_415
_YEAR_FIRST: Final = 1900
_YEAR_LAST: Final = 2100
_CENTURY: Final = 2000

_TIME: Final = re.compile(r"(?<=[0-9日号])(?:t|上午|下午)?[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?$")
_SPACED_TIME: Final = re.compile(r"\s+[0-9]{1,2}:[0-9]{2}.*$")
_WEEKDAY: Final = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
_FULL: Final = re.compile(r"([0-9]{4})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})[日号]?")
_COMPACT: Final = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_MONTH: Final = re.compile(r"([0-9]{4})(?:年|[-/.])([0-9]{1,2})月?")
_SHORT_YEAR: Final = re.compile(
    r"([0-9]{2})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})[日号]?"
)
_NO_YEAR: Final = re.compile(r"([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})[日号]?")
_SERIAL_TEXT: Final = re.compile(r"[0-9]{5}(?:\.[0-9]+)?|[0-9]{8}")
_SERIAL: Final = re.compile(r"([0-9]{4,5})(?:\.[0-9]+)?")
_MALFORMED: Final = "imports.date_malformed"


@dataclass(frozen=True, slots=True)
class Written:
    """A day as it is written: the year or the day may be left out."""

    year: int | None
    month: int
    day: int | None

    def on(self, year: int | None = None, *, last: bool = False) -> date:
        """The day; a month alone is its first day, or its last.

        Raises:
            BadCell: `imports.date_malformed` (30 February), `imports.year_unknown`.
        """
        year = self.year or year
        if year is None:
            raise BadCell("imports.year_unknown")
        if not _YEAR_FIRST <= year <= _YEAR_LAST:
            raise BadCell(_MALFORMED)
        try:
            first = date(year, self.month, self.day or 1)
        except ValueError as error:
            raise BadCell(_MALFORMED) from error
        if last and self.day is None:
            return first.replace(day=calendar.monthrange(year, self.month)[1])
        return first


def parse_written(cell: Cell) -> Written:
    """Read a date cell, a serial number, '2022/09/09', '22.9.9', '1993.09', '9月10日', '9.10'.

    Raises:
        BadCell: `imports.date_malformed`.
    """
    if isinstance(cell, date):
        return Written(cell.year, cell.month, cell.day)
    if isinstance(cell, str):
        return _from_text(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _from_number(text_of(cell))
    return _refuse()


def parse_born(cell: Cell) -> date:
    """A day of birth; a month alone is its first day. Which century is '58.3.2'? Refused.

    Raises:
        BadCell: `imports.born_malformed`.
    """
    try:
        if isinstance(cell, str) and _SHORT_YEAR.fullmatch(plain(cell)):
            return _refuse().on()
        return parse_written(cell).on()
    except BadCell as bad:
        raise BadCell("imports.born_malformed") from bad


def parse_best_before(cell: Cell) -> date:
    """The last good day; a month alone is its last day (GB 7718).

    Raises:
        BadCell: `imports.best_before_malformed`.
    """
    try:
        return parse_written(cell).on(last=True)
    except BadCell as bad:
        raise BadCell("imports.best_before_malformed") from bad


def _from_number(text: str) -> Written:
    """A number: a serial day, 20220909, or 1993.09 (1993.1 may be October: refused)."""
    if found := _SERIAL.fullmatch(text):
        if _SERIAL_FIRST <= int(found[1]) <= _SERIAL_LAST:
            day = SERIAL_ZERO + timedelta(days=int(found[1]))
            return Written(day.year, day.month, day.day)
        if re.fullmatch(r"[0-9]{4}\.[0-9]{2}", text):
            return Written(int(found[1]), int(text[-2:]), None)
    elif found := _COMPACT.fullmatch(text):
        return Written(int(found[1]), int(found[2]), int(found[3]))
    return _refuse()


@lru_cache(maxsize=8_192)
def _from_text(written: str) -> Written:
    text = plain(_SPACED_TIME.sub("", written.strip())).lower()
    text = _TIME.sub("", _WEEKDAY.sub("", text))
    if found := _FULL.fullmatch(text):
        return Written(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH.fullmatch(text):
        return Written(int(found[1]), int(found[2]), None)
    if found := _SHORT_YEAR.fullmatch(text):
        return Written(_CENTURY + int(found[1]), int(found[2]), int(found[3]))
    if found := _NO_YEAR.fullmatch(text):
        return Written(None, int(found[1]), int(found[2]))
    return _from_number(text) if _SERIAL_TEXT.fullmatch(text) else _refuse()


def _refuse() -> Written:
    raise BadCell(_MALFORMED)
