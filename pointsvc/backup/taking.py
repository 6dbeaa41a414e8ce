"""Taking a copy while the server runs."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final, cast

from sqlalchemy import Connection, Table, inspect, select, text

from pointsvc.backup.encryption import draft_of, encrypt
from pointsvc.backup.rows import at_once, to_line
from pointsvc.extensions import Base, db
from pointsvc.kernel.ring import current_ring
from pointsvc.kernel.vault import key_identity

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
KEYS: Final = "secret.key"


@contextmanager
def workspace(instance: Path) -> Iterator[BinaryIO]:
    """A file without a name on the disk of the database, for what nobody else may read.

    It goes with the process, however that ends: no plain copy is left beside an encrypted one.
    """
    instance.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=instance) as plain:
        yield cast("BinaryIO", plain)


def write_copy(out: BinaryIO, *, keys_text: str | None, now: datetime) -> dict[str, Any]:
    """Write a plain copy of the database to an open file; its manifest is returned.

    `keys_text` puts the secrets in as well.
    """
    manifest: dict[str, Any] = {"format": FORMAT, "made_at": now.isoformat(), "tables": {}}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        with db.engine.connect() as connection:
            _begin_snapshot(connection)
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
            manifest["revision"] = revision
            manifest["keys"] = sorted(_keys_needed(connection))
            for table, columns in _standing(connection):
                manifest["tables"][table.name] = _write_table(copy, connection, table, columns)
            connection.rollback()
        if keys_text is not None:
            copy.writestr(KEYS, keys_text)
        copy.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def place_copy(plain: BinaryIO, file: Path, recipient: Any = None) -> None:
    """Put a plain copy where it stays (mode 0600, whole or not at all), encrypted where one asks."""
    draft = draft_of(file)
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as out:
            plain.seek(0)
            if recipient is None:
                shutil.copyfileobj(plain, out)
                out.flush()
            else:
                encrypt(plain, out, recipient)
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _begin_snapshot(connection: Connection) -> None:
    """Everything is read as of one moment; writers are not held up."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def _standing(connection: Connection) -> Iterator[tuple[Table, list[str]]]:
    """Our tables with their columns as the database has them: before an upgrade it has fewer."""
    found = inspect(connection).get_multi_columns()
    here = {name: {column["name"] for column in found[None, name]} for _schema, name in found}
    for table in Base.metadata.sorted_tables:
        if table.name in here:
            columns = here[table.name]
            yield table, [column.name for column in table.columns if column.name in columns]


def _write_table(
    copy: zipfile.ZipFile, connection: Connection, table: Table, columns: list[str]
) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    with copy.open(f"{table.name}.jsonl", "w") as out:
        text_out = io.TextIOWrapper(out, encoding="utf-8", newline="\n", write_through=True)
        for line in _lines(connection, table, columns):
            digest.update(line.encode())
            text_out.write(line)
            count += 1
        text_out.detach()
    return {"rows": count, "sha256": digest.hexdigest()}


def _lines(connection: Connection, table: Table, columns: list[str]) -> Iterator[str]:
    rows = connection.execution_options(yield_per=at_once(table.name, 1000)).execute(
        select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
    )
    for row in rows.mappings():
        yield to_line(dict(row)) + "\n"


def _keys_needed(connection: Connection) -> set[str]:
    """The identities of the keys that anything was sealed with: columns `…_cipher`, and cards."""
    sealed_columns = [
        table.c[name]
        for table, columns in _standing(connection)
        for name in columns
        if name.endswith("_cipher")
    ]
    needed = set()
    for column in sealed_columns:
        for sealed in connection.scalars(select(column).where(column.is_not(None))):
            needed.add(key_identity(sealed))
    codes = set(connection.scalars(select(Base.metadata.tables["cards"].c.key_id).distinct()))
    return needed | {key.identity for key in current_ring().keys if key.code_id in codes}
