"""Taking a copy while the server runs."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, select, text

from pointsvc.backup.rows import to_line
from pointsvc.extensions import Base, db
from pointsvc.kernel.ring import current_ring
from pointsvc.kernel.vault import key_identity

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
KEYS: Final = "secret.key"


def take_copy(*, file: Path, keys_text: str | None, now: datetime) -> dict[str, Any]:
    """Write a copy to `file` (mode 0600, whole or not at all); its manifest is returned.

    `keys_text` puts the secrets in as well.
    """
    scratch = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with (
            os.fdopen(handle, "wb") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as copy,
        ):
            manifest = _write(copy, keys_text, now)
            raw.flush()
            os.fsync(raw.fileno())
        scratch.replace(file)
    finally:
        scratch.unlink(missing_ok=True)
    return manifest


def _write(copy: zipfile.ZipFile, keys_text: str | None, now: datetime) -> dict[str, Any]:
    manifest: dict[str, Any] = {"format": FORMAT, "made_at": now.isoformat(), "tables": {}}
    with db.engine.connect() as connection:
        _begin_snapshot(connection)
        manifest["revision"] = connection.scalar(text("SELECT version_num FROM alembic_version"))
        manifest["keys"] = sorted(_keys_needed(connection))
        for table in Base.metadata.sorted_tables:
            manifest["tables"][table.name] = _write_table(copy, connection, table)
        connection.rollback()
    if keys_text is not None:
        copy.writestr(KEYS, keys_text)
    copy.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _begin_snapshot(connection: Connection) -> None:
    """Everything is read as of one moment; writers are not held up."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def _write_table(copy: zipfile.ZipFile, connection: Connection, table: Table) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    with copy.open(f"{table.name}.jsonl", "w") as out:
        text_out = io.TextIOWrapper(out, encoding="utf-8", newline="\n", write_through=True)
        for line in _lines(connection, table):
            digest.update(line.encode())
            text_out.write(line)
            count += 1
        text_out.detach()
    return {"rows": count, "sha256": digest.hexdigest()}


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    rows = connection.execution_options(yield_per=1000).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for row in rows.mappings():
        yield to_line(dict(row)) + "\n"


def _keys_needed(connection: Connection) -> set[str]:
    """The identities of the keys that phones, PINs and cards were sealed with."""
    members, cards = Base.metadata.tables["members"], Base.metadata.tables["cards"]
    needed = set()
    for column in (members.c.phone_cipher, members.c.pin_cipher):
        for sealed in connection.scalars(select(column).where(column.is_not(None))):
            needed.add(key_identity(sealed))
    codes = set(connection.scalars(select(cards.c.key_id).distinct()))
    return needed | {key.identity for key in current_ring().keys if key.code_id in codes}
