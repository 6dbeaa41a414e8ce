"""Amounts in cells: points, pieces, money, areas; whole numbers or `Decimal`, never a float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pointsvc.imports.cells import NOTHING, BadCell, Cell, plain

POINTS_MAX: Final = 100_000
QUANTITY_MAX: Final = 1_000_000
_POINTS: Final = re.compile(r"([+-]?)([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?(?:积?分|点)?")
_COUNTED: Final = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?([一-鿿]{0,3})")
_NO_UNIT: Final = frozenset("多余几半约十百千万亿来斤克吨升两")
_AREA: Final = re.compile(
    r"(?:约|大约|大概)?([0-9]{1,7}(?:\.[0-9]+)?)(?:平方米|平方|平米|平|m2|m²|㎡)?(?:左右)?"
)
_YUAN: Final = re.compile(
    r"(?:¥|￥|rmb)?([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?(?:元|块)?"
)
_PERIODS: Final = re.compile(r"^(?:每户|每月|限)+")
_BARCODE: Final = re.compile(r"[0-9]{8,14}")


def parse_points(cell: Cell) -> int:
    """Whole points with their sign: 10, '10分', '＋10', '-25分'. Words ('十分') are for the clerk.

    Raises:
        BadCell: `imports.points_malformed`, `imports.points_out_of_range`.
    """
    found = _POINTS.fullmatch(plain(cell))
    if found is None or isinstance(cell, bool):
        raise BadCell("imports.points_malformed")
    points = int(found[2].replace(",", ""))
    if points > POINTS_MAX:
        raise BadCell("imports.points_out_of_range")
    return -points if found[1] == "-" else points


def parse_quantity(cell: Cell) -> int:
    """A number of pieces: 24, '24件'.

    Raises:
        BadCell: `imports.quantity_malformed` (words, fractions, nothing at all, 'about').
    """
    found = _COUNTED.fullmatch(plain(cell))
    if found is None or isinstance(cell, bool) or _NO_UNIT & set(found[2]):
        raise BadCell("imports.quantity_malformed")
    quantity = int(found[1].replace(",", ""))
    if not 0 < quantity <= QUANTITY_MAX:
        raise BadCell("imports.quantity_malformed")
    return quantity


def parse_limit(cell: Cell) -> int | None:
    """A household's limit for a month, or None where there is none.

    Raises:
        BadCell: `imports.limit_malformed`.
    """
    text = plain(cell).lower()
    if text in NOTHING or text in ("不限", "不限量"):
        return None
    try:
        return parse_quantity(_PERIODS.sub("", text))
    except BadCell as bad:
        raise BadCell("imports.limit_malformed") from bad


def parse_area(cell: Cell) -> int:
    """Square metres, rounded: 80, '约80平', '80.5㎡'.

    Raises:
        BadCell: `imports.area_malformed`.
    """
    found = _AREA.fullmatch(plain(cell).lower())
    area = int(Decimal(found[1]).to_integral_value(ROUND_HALF_UP)) if found else 0
    if area <= 0:
        raise BadCell("imports.area_malformed")
    return area


def parse_fen(cell: Cell) -> int:
    """Yuan as fen, exactly: 9.9 is 990, '29.90元' is 2990.

    Raises:
        BadCell: `imports.price_malformed` (words, parts of a fen).
    """
    found = _YUAN.fullmatch(plain(cell).lower())
    if found is None or isinstance(cell, bool):
        raise BadCell("imports.price_malformed")
    fen = Decimal(found[1].replace(",", "") + (found[2] or "")) * 100
    if fen != fen.to_integral_value():
        raise BadCell("imports.price_malformed")
    return int(fen)


def parse_barcode(cell: Cell) -> str:
    """The digits under the bars, 8 to 14.

    Raises:
        BadCell: `imports.barcode_malformed`.
    """
    text = plain(cell)
    if not _BARCODE.fullmatch(text):
        raise BadCell("imports.barcode_malformed")
    return text
