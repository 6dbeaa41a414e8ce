"""Putting a copy back: beside the standing database first, verified there, then swapped in."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, func, select, text, update

from pointsvc.backup.errors import KeysMissing, NotACopy
from pointsvc.backup.rows import LATER, first_form, reader_for
from pointsvc.backup.taking import FORMAT, MANIFEST
from pointsvc.extensions import Base
from pointsvc.kernel.keys import KeyRing

CHUNK: Final = 500


def read_manifest(copy: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest of a copy, every file's hash checked against it. Raises NotACopy."""
    try:
        manifest: dict[str, Any] = json.loads(copy.read(MANIFEST))
        tables = manifest["tables"]
        known = manifest["format"] == FORMAT
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise NotACopy(why=MANIFEST) from error
    if not known or set(tables) != {table.name for table in Base.metadata.sorted_tables}:
        raise NotACopy(why="format")
    for name, facts in tables.items():
        if _digest(copy, f"{name}.jsonl") != facts["sha256"]:
            raise NotACopy(why=f"{name}.jsonl")
    return manifest


def _digest(copy: zipfile.ZipFile, name: str) -> str | None:
    try:
        with copy.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except (KeyError, zipfile.BadZipFile):
        return None


def check_keys(manifest: dict[str, Any], ring: KeyRing) -> None:
    """Refuse a copy whose keys are not in the ring. Raises KeysMissing."""
    missing = ring.missing(manifest["keys"])
    if missing:
        raise KeysMissing(identities=", ".join(missing))


def load_tables(copy: zipfile.ZipFile, connection: Connection) -> None:
    """Write every row of the copy into empty tables, then what points forward."""
    for table in Base.metadata.sorted_tables:
        for rows in _chunks(copy, table):
            connection.execute(table.insert(), [first_form(table.name, row) for row in rows])
    for name, empty in LATER.items():
        table = Base.metadata.tables[name]
        for rows in _chunks(copy, table):
            _fill_in(connection, table, rows, tuple(empty))


def _chunks(copy: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    read: Callable[[str], dict[str, Any]] = reader_for(table)
    with copy.open(f"{table.name}.jsonl") as file:
        lines = (read(line.decode()) for line in file)
        while rows := list(islice(lines, CHUNK)):
            yield rows


def _fill_in(
    connection: Connection, table: Table, rows: list[dict[str, Any]], names: tuple[str, ...]
) -> None:
    changed = [row for row in rows if first_form(table.name, row) != row]
    if not changed:
        return
    keys = [table.c.community_id == bindparam("of_community"), table.c.id == bindparam("of_id")]
    connection.execute(
        update(table).where(*keys).values({name: bindparam(f"new_{name}") for name in names}),
        [
            {"of_community": row["community_id"], "of_id": row["id"]}
            | {f"new_{name}": row[name] for name in names}
            for row in changed
        ],
    )


def is_empty(connection: Connection) -> bool:
    """Whether a database has neither community nor operator."""
    tables = [Base.metadata.tables[name] for name in ("communities", "operators")]
    counts = [connection.scalar(select(func.count()).select_from(table)) for table in tables]
    return not any(counts)


def swap_schema(connection: Connection, *, scratch: str, kept: str) -> None:
    """PostgreSQL: the loaded schema takes the standing one's place; that one is kept under a name."""
    standing = connection.scalar(text("SELECT current_schema()"))
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"ALTER SCHEMA {quote(str(standing))} RENAME TO {quote(kept)}"))
    connection.execute(text(f"ALTER SCHEMA {quote(scratch)} RENAME TO {quote(str(standing))}"))


def swap_file(*, standing: Path, scratch: Path, kept: Path) -> None:
    """SQLite: the loaded file takes the standing one's place; that one is kept under a name."""
    if standing.exists():
        standing.replace(kept)
    for suffix in ("-wal", "-shm"):
        standing.with_name(standing.name + suffix).unlink(missing_ok=True)
    scratch.replace(standing)
