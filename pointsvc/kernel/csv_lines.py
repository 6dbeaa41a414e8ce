"""Lines of CSV that a spreadsheet opens as text and numbers, never as formulas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

BOM: Final = "\ufeff"
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def csv_line(cells: Iterable[object]) -> str:
    """One line of RFC 4180 CSV; whole numbers stay numbers."""
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if text.startswith(_FORMULA_SIGNS):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"'
