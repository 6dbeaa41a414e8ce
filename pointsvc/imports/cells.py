"""What stands in one cell: names, phones and doors as people type them.

Every parser takes a filled cell and returns its value, or raises `BadCell` with a stable code.
Numbers arrive as floats (a spreadsheet has no others) and are read by their text, so none is ever added up.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from pointsvc.kernel.vault import normalise_phone
from pointsvc.members.rules import DOOR_LENGTH_MAX, NAME_LENGTH_MAX

Cell = str | int | float | bool | date | datetime | time | timedelta

TAIL_LENGTH: Final = 4

NOTHING: Final = frozenset(
    {
        "",
        "无",
        "没有",
        "无手机",
        "没有手机",
        "无电话",
        "暂无",
        "-",
        "--",
        "—",
        "/",
        "\\",
        "n/a",
        "none",
    }
)
_SPACE: Final = re.compile(r"\s+")
_MINUS: Final = str.maketrans("−–—﹣", "----")
_ZERO_FRACTION: Final = re.compile(r"([0-9]+)\.0+")
_DOTS: Final = re.compile(r"[•・‧∙⋅.]")
_NAME: Final = re.compile(r"[^\W\d_]+(?:[·' \-][^\W\d_]+)*(?:\([^\W_]+\))?")
_PLAIN_NAME: Final = re.compile(r"[一-鿿]{2,4}")
_PLAIN_PHONE: Final = re.compile(r"1[3-9][0-9]{9}")
_HAN: Final = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]")
_NUMBER_SIGN: Final = re.compile(r"(?<=.)(?:#楼|#|栋楼)$")
_ROOM_WORD: Final = re.compile(r"(?<=[0-9])房$")
_DOOR: Final = re.compile(
    r".*?([0-9a-z]+)(?:号楼|栋|幢|座|#楼|#|-)(?:([0-9a-z]+)(?:单元|门|-))?([0-9a-z]+)(?:号|室|房|户)?",
    re.IGNORECASE,
)
_YES: Final = frozenset(
    {
        "是",
        "党员",
        "中共党员",
        "正式党员",
        "预备党员",
        "中共预备党员",
        "√",
        "✓",
        "✔",
        "y",
        "yes",
        "true",
    }
    | {"有", "对", "1"}
)
_NO: Final = frozenset(
    {
        "否",
        "不是",
        "非党员",
        "无党派",
        "无党派人士",
        "群众",
        "团员",
        "共青团员",
        "普通群众",
        "×",
        "✗",
        "x",
        "n",
        "no",
        "false",
        "0",
    }
)
_SEXES: Final = {"男": "男", "男性": "男", "女": "女", "女性": "女"}


class BadCell(ValueError):
    """A cell whose meaning a clerk has to decide; `code` names why."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def is_blank(cell: Cell) -> bool:
    """Nothing in it, or spaces."""
    return cell == "" or (isinstance(cell, str) and not cell.strip())


def text_of(cell: Cell) -> str:
    """The cell as a clerk would type it; reading that text gives the same value."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return format(cell, ".15g") if abs(cell) < 1e15 else format(cell, ".0f")  # noqa: PLR2004
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell)


def plain(cell: Cell) -> str:
    """The text with full-width letters made narrow and without any space."""
    return _plain(text_of(cell))


@lru_cache(maxsize=8_192)
def _plain(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_MINUS)


def parse_text(cell: Cell, longest: int = 200) -> str:
    """Words, with single spaces.

    Raises:
        BadCell: `imports.text_too_long`.
    """
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", text_of(cell))).strip()
    if len(text) > longest:
        raise BadCell("imports.text_too_long")
    return text


def parse_name(cell: Cell) -> str:
    """A person's name: `陈　敏` is 陈敏, `Li  Mei` is Li Mei, dots of long names are one kind.

    Raises:
        BadCell: `imports.name_malformed` (numbers, signs, too long).
    """
    if isinstance(cell, str) and _PLAIN_NAME.fullmatch(cell):
        return cell
    text = _SPACE.sub(" ", unicodedata.normalize("NFKC", text_of(cell))).strip()
    if _HAN.search(text):
        text = _DOTS.sub("·", text.replace(" ", ""))
    if len(text) > NAME_LENGTH_MAX or not _NAME.fullmatch(text):
        raise BadCell("imports.name_malformed")
    return text


def parse_phone(cell: Cell) -> str | None:
    """A mobile number of 11 digits, or None where the cell says that there is none.

    Raises:
        BadCell: `imports.phone_malformed` (10 digits, a land line, two numbers).
    """
    if isinstance(cell, str) and _PLAIN_PHONE.fullmatch(cell):
        return cell
    text = plain(cell)
    if text.lower() in NOTHING:
        return None
    if whole := _ZERO_FRACTION.fullmatch(text):
        text = whole[1]
    try:
        return normalise_phone(text)
    except ValueError as error:
        raise BadCell("imports.phone_malformed") from error


def parse_digits(cell: Cell) -> str:
    """What identifies a person beside the name: the last four digits, or a phone's last four.

    A number has lost its leading zeros: 281 is 0281. '' where the cell says that there is none.

    Raises:
        BadCell: `imports.tail_malformed`.
    """
    text = plain(cell).lower()
    if text in NOTHING:
        return ""
    if whole := _ZERO_FRACTION.fullmatch(text):
        text = whole[1]
    if text.isascii() and text.isdecimal() and len(text) <= TAIL_LENGTH:
        return text.zfill(TAIL_LENGTH)
    try:
        return normalise_phone(text)
    except ValueError as error:
        raise BadCell("imports.tail_malformed") from error


@lru_cache(maxsize=8_192, typed=True)
def parse_door_part(cell: Cell) -> str:
    """A building, unit or room as `members.rules.door_of` takes it: '5#' is 5号楼, '301房' is 301.

    Raises:
        BadCell: `imports.door_malformed` (a date that a program made of '3-2', a long text).
    """
    text = plain(cell)
    if isinstance(cell, (bool, date, time, timedelta)) or len(text) > DOOR_LENGTH_MAX:
        raise BadCell("imports.door_malformed")
    return _ROOM_WORD.sub("", _NUMBER_SIGN.sub("号楼", text))


def parse_door(cell: Cell) -> tuple[str, str, str]:
    """Building, unit (may be '') and room from one address: '3号楼2单元401', '3-2-401', '3栋401室'.

    Raises:
        BadCell: `imports.door_malformed`.
    """
    found = _DOOR.fullmatch(plain(cell))
    if found is None or isinstance(cell, (date, time, timedelta)):
        raise BadCell("imports.door_malformed")
    return found[1], found[2] or "", found[3]


@lru_cache(maxsize=256, typed=True)
def parse_party(cell: Cell) -> bool:
    """Whether a Party member, from 是/否 or the political status.

    Raises:
        BadCell: `imports.party_malformed`.
    """
    text = plain(cell).lower()
    if text in _YES:
        return True
    if text in _NO or text in NOTHING or text.startswith("民"):
        return False
    raise BadCell("imports.party_malformed")


@lru_cache(maxsize=256, typed=True)
def parse_sex(cell: Cell) -> str:
    """男 or 女.

    Raises:
        BadCell: `imports.sex_malformed`.
    """
    sex = _SEXES.get(plain(cell))
    if sex is None:
        raise BadCell("imports.sex_malformed")
    return sex
