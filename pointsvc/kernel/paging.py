"""Keyset paging: a page begins after a cursor, never at an offset."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import lazy_gettext as _l

T = TypeVar("T")
PAGE_LENGTH = 50
PAGE_LENGTH_MAX = 200
DIGITS_MAX = 18


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the cursor of the next page (None at the end)."""

    rows: Sequence[T]
    next: str | None


class PageUnknown(Invalid):
    """The cursor is none that we made, or of another list."""

    code = "page.unknown"
    message = _l("页码不对，请从第一页看起。")

    def __init__(self) -> None:
        """Say it of the parameter too, for programs that ask by field."""
        super().__init__({"after": [str(self.message)]})


def seal_cursor(*parts: object) -> str:
    """A cursor for the last row's sort key; opaque to the reader."""
    text = "\x1f".join(str(part) for part in parts)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def open_cursor(cursor: str, parts: int) -> list[str]:
    """The sort key in a cursor. Raises PageUnknown for one that we did not make."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise PageUnknown from error
    found = text.split("\x1f")
    if len(found) != parts:
        raise PageUnknown
    return found


def open_number(cursor: str) -> int:
    """The whole number in a cursor of one part. Raises PageUnknown for what no column holds."""
    [text] = open_cursor(cursor, 1)
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX):
        raise PageUnknown
    return int(text)


def open_id(cursor: str) -> UUID:
    """The id in a cursor of one part. Raises PageUnknown."""
    [text] = open_cursor(cursor, 1)
    try:
        return UUID(text)
    except ValueError as error:
        raise PageUnknown from error


def open_moment_and_id(cursor: str) -> tuple[datetime, UUID]:
    """The moment and the id in a cursor of two parts. Raises PageUnknown, for a naive moment too."""
    text, last_id = open_cursor(cursor, 2)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise PageUnknown
        return moment.astimezone(UTC), UUID(last_id)
    except (ValueError, OverflowError) as error:
        raise PageUnknown from error
