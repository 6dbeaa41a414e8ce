"""Putting a copy back: beside the standing database first, verified there, then swapped in."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    bindparam,
    func,
    select,
    text,
    update,
)

from pointsvc.backup.encryption import decrypt, is_encrypted, read_identity
from pointsvc.backup.errors import CopyKeyNeeded, KeysMissing, NotACopy, ServerRunning
from pointsvc.backup.rows import LATER, at_once, first_form, reader_for
from pointsvc.backup.taking import FORMAT, KEYS, MANIFEST, workspace
from pointsvc.extensions import Base
from pointsvc.kernel.grants import columns_of, find_roles, grants_like
from pointsvc.kernel.keys import KeyRing

CHUNK: Final = 500
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError),
    *(KeyError, ValueError, TypeError, AttributeError),  # of a manifest that is none
)
# We pack by deflate. The others' readers fail like a broken disk, so a damaged name is told here.
_PACKINGS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ALONE_PAUSES: Final = (0.1, 0.4, 1.0, 2.0)
# Of other roles' sessions a plain role sees who they are, but not of what kind: then it counts them.
_OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
  AND coalesce(backend_type, 'client backend') = 'client backend'
"""


@contextmanager
def opened_copy(file: Path, *, key: Path | None, instance: Path) -> Iterator[zipfile.ZipFile]:
    """The copy in a file, decrypted where it is encrypted; what was decrypted has no name.

    Raises:
        CopyKeyNeeded, CopyKeyWrong, CopyKeyBad, NotACopy: it cannot be opened.
    """
    with ExitStack() as stack:
        source: BinaryIO = stack.enter_context(file.open("rb"))
        if is_encrypted(source):
            if key is None:
                raise CopyKeyNeeded
            plain = stack.enter_context(workspace(instance))
            decrypt(source, plain, read_identity(key))
            source = plain
        with _whole(str(file)):
            copy = stack.enter_context(zipfile.ZipFile(source))
        if any(member.compress_type not in _PACKINGS for member in copy.infolist()):
            raise NotACopy(why="packing")
        yield copy


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Whatever the zip library says of bytes that were changed: this is no copy of ours."""
    try:
        yield
    except _DAMAGE as error:
        raise NotACopy(why=name) from error


def read_manifest(copy: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest of a copy, every file's hash checked against it. Raises NotACopy."""
    with _whole(MANIFEST):
        manifest: dict[str, Any] = json.loads(copy.read(MANIFEST))
        sums = {f"{name}.jsonl": facts["sha256"] for name, facts in manifest["tables"].items()}
        known = manifest["format"] == FORMAT and {"keys", "revision"} <= manifest.keys()
    if not known or not set(manifest["tables"]) <= Base.metadata.tables.keys():
        raise NotACopy(why="format")
    if set(copy.namelist()) - {KEYS} != {MANIFEST, *sums}:
        raise NotACopy(why="names")
    for name in copy.namelist():  # the zip's own sums guard the manifest and the keys
        with _whole(name), copy.open(name) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        if digest != sums.get(name, digest):
            raise NotACopy(why=name)
    return manifest


def check_keys(manifest: dict[str, Any], ring: KeyRing) -> None:
    """Refuse a copy whose keys are not in the ring. Raises KeysMissing."""
    missing = ring.missing(manifest["keys"])
    if missing:
        raise KeysMissing(identities=", ".join(missing))


def load_tables(copy: zipfile.ZipFile, connection: Connection) -> None:
    """Write every row of the copy into empty tables, then what points forward.

    A copy of an older version has fewer tables and columns; its own migration made these tables.
    """
    names = set(copy.namelist())
    tables = [table for table in Base.metadata.sorted_tables if f"{table.name}.jsonl" in names]
    for table in tables:
        for rows in _chunks(copy, table):
            bare = Table(table.name, MetaData(), *(_bare(table, name) for name in rows[0]))
            connection.execute(bare.insert(), [first_form(table.name, row) for row in rows])
    for name, empty in LATER.items():
        if f"{name}.jsonl" not in names:
            continue
        table = Base.metadata.tables[name]
        for rows in _chunks(copy, table):
            _fill_in(connection, table, rows, tuple(empty))


def _bare(table: Table, name: str) -> Column[Any]:
    """A column without the default that this version would fill it with."""
    return Column(name, table.columns[name].type)


def _chunks(copy: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    read: Callable[[str], dict[str, Any]] = reader_for(table)
    with copy.open(f"{table.name}.jsonl") as file:
        lines = (read(line.decode()) for line in file)
        while rows := list(islice(lines, at_once(table.name, CHUNK))):
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


def await_alone(engine: Engine) -> None:
    """PostgreSQL: whoever is connected would go on in what is put aside.

    Our own connections, closed a moment ago, get a few seconds to be gone.

    Raises:
        ServerRunning: somebody else is connected.
    """
    for pause in (*ALONE_PAUSES, None):
        with engine.connect() as connection:
            if not connection.scalar(text(_OTHERS)):
                return
        if pause is not None:
            time.sleep(pause)
    raise ServerRunning


def swap_schema(connection: Connection, *, scratch: str, kept: str) -> None:
    """PostgreSQL: the loaded schema takes the standing one's place; that one is kept under a name.

    The roles that could work in the standing schema get their rights in the new one.
    """
    standing = str(connection.scalar(text("SELECT current_schema()")))
    roles = find_roles(connection, schema=standing)
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"ALTER SCHEMA {quote(standing)} RENAME TO {quote(kept)}"))
    connection.execute(text(f"ALTER SCHEMA {quote(scratch)} RENAME TO {quote(standing)}"))
    tables = columns_of(connection, schema=standing)
    for statement in grants_like(roles, tables, schema=standing):
        connection.execute(text(statement))


def swap_file(*, standing: Path, scratch: Path, kept: Path) -> Path | None:
    """SQLite: the loaded file takes the standing one's place; where that one is kept, if it was.

    What a killed server left in the write-ahead log is folded into the file that is kept.
    """
    was_there = standing.exists()
    if was_there:
        _fold_log(standing)
        standing.replace(kept)
    for suffix in ("-wal", "-shm"):
        standing.with_name(standing.name + suffix).unlink(missing_ok=True)
    scratch.replace(standing)
    return kept if was_there else None


def _fold_log(file: Path) -> None:
    """Leaving WAL mode writes the whole log back and removes it; refused while somebody reads."""
    connection = sqlite3.connect(file)
    try:
        [mode] = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise ServerRunning from error
    finally:
        connection.close()
    if mode != "delete":
        raise ServerRunning
