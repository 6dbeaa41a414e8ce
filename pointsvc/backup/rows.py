"""Rows as JSON and back, by the types of their columns."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, LargeBinary, Table, Uuid

from pointsvc.columns import Moment

# What points forward to rows that come later: written empty first, filled in at the end.
LATER: Final[dict[str, dict[str, Any]]] = {
    "passbooks": {"head_seq": 0, "head_ref": None, "spendable": 0},
    "accounts": {"balance": 0, "last_seq": None},
    "members": {"state": "departed", "merged_into_id": None},
    "care_plans": {"follows_id": None},
}

HEAVY: Final = frozenset({"attachments"})  # a row is a photograph: few are held at once
HEAVY_ROWS: Final = 20


def at_once(table: str, usual: int) -> int:
    """How many rows of a table are held in memory together."""
    return HEAVY_ROWS if table in HEAVY else usual


def to_line(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON."""
    return json.dumps(
        {name: _plain(value) for name, value in row.items()},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID | date):
        return str(value)
    return value


def reader_for(table: Table) -> Callable[[str], dict[str, Any]]:
    """From a line back to a row of this table."""
    readers = {column.name: _reader(column.type) for column in table.columns}

    def read(line: str) -> dict[str, Any]:
        values = json.loads(line)
        return {
            name: None if values[name] is None else readers[name](values[name]) for name in values
        }

    return read


def _reader(kind: object) -> Callable[[Any], Any]:
    if isinstance(kind, Uuid):
        return UUID
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    if isinstance(kind, Moment):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    return lambda value: value


def first_form(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it can be written before those that it points to."""
    empty = LATER.get(table, {})
    if table == "accounts" and row["balance"] is None:
        return row
    if table == "members" and row["state"] != "merged":
        return row
    return row | empty
