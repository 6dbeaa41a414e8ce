"""What `ledger.hashing` hashes, as the database says it: the same texts, in the same order.

PostgreSQL hashes by itself. SQLite is taught to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    LargeBinary,
    String,
    Uuid,
    func,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from pointsvc.columns import Moment
from pointsvc.ledger.hashing import ENTRY_FACTS, TRANSFER_FACTS
from pointsvc.ledger.models import Entry, Transfer

BETWEEN: Final = 0x1F  # the unit separator
_HYPHENS: Final = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


class Written(FunctionElement[str]):
    """A fact as `ledger.hashing` writes it; NULL is empty."""

    type = String()
    inherit_cache = True


class Packed(FunctionElement[str]):
    """Texts side by side, with a character between them that none of them holds."""

    type = String()
    inherit_cache = True


class Hashed(FunctionElement[bytes]):
    """SHA-256 of bytes and texts, one after the other."""

    type = LargeBinary()
    inherit_cache = True


def entry_hash(previous: ColumnElement[bytes]) -> ColumnElement[bytes]:
    """What an entry's hash must be after the one before it (`hashing.entry_hash`)."""
    transfer = Hashed(_packed(Transfer, TRANSFER_FACTS))
    return Hashed(literal(b"\x03"), previous, transfer, _packed(Entry, ENTRY_FACTS))


def teach(connection: Connection) -> None:
    """Let SQLite hash."""
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.driver_connection
        raw.create_function("house_sha256", -1, _sha256, deterministic=True)


def _sha256(*parts: bytes | str | None) -> bytes | None:
    whole = hashlib.sha256()
    for part in parts:
        if part is None:
            return None
        whole.update(part.encode() if isinstance(part, str) else part)
    return whole.digest()


def _packed(model: Any, names: Sequence[str]) -> ColumnElement[str]:
    return Packed(*(func.coalesce(Written(getattr(model, name)), "") for name in names))


@compiles(Written, "postgresql")
def _written_on_postgresql(element: Written, compiler: Any, **kw: Any) -> str:
    [fact] = element.clauses
    text = compiler.process(fact, **kw)
    if isinstance(fact.type, Moment):
        return f"to_char(timezone('UTC', {text}), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    if isinstance(fact.type, Date):
        return f"to_char({text}, 'YYYY-MM-DD')"
    return f"CAST({text} AS TEXT)"


@compiles(Written, "sqlite")
def _written_on_sqlite(element: Written, compiler: Any, **kw: Any) -> str:
    [fact] = element.clauses
    text = compiler.process(fact, **kw)
    if isinstance(fact.type, Uuid):
        return " || '-' || ".join(f"substr({text}, {start}, {count})" for start, count in _HYPHENS)
    return text if isinstance(fact.type, String | Moment | Date) else f"CAST({text} AS TEXT)"


@compiles(Packed, "postgresql")
def _packed_on_postgresql(element: Packed, compiler: Any, **kw: Any) -> str:
    return f"concat_ws(chr({BETWEEN}), {compiler.process(element.clauses, **kw)})"


@compiles(Packed, "sqlite")
def _packed_on_sqlite(element: Packed, compiler: Any, **kw: Any) -> str:
    return f" || char({BETWEEN}) || ".join(compiler.process(each, **kw) for each in element.clauses)


@compiles(Hashed, "postgresql")
def _hashed_on_postgresql(element: Hashed, compiler: Any, **kw: Any) -> str:
    parts = (
        f"convert_to({compiler.process(each, **kw)}, 'UTF8')"
        if isinstance(each.type, String)
        else compiler.process(each, **kw)
        for each in element.clauses
    )
    return f"sha256({' || '.join(parts)})"


@compiles(Hashed, "sqlite")
def _hashed_on_sqlite(element: Hashed, compiler: Any, **kw: Any) -> str:
    return f"house_sha256({', '.join(compiler.process(each, **kw) for each in element.clauses)})"
