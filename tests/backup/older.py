"""A copy as an older version of the program would have made it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any, Final

from flask_migrate import upgrade
from sqlalchemy import NullPool, create_engine, inspect

from tests.support import schemas

NEWER: Final = {"stock_movements": {"issue": "waste", "transfer": "count"}}


def columns_at(revision: str, folder: Path) -> dict[str, set[str]]:
    """The tables and columns that the migrations had made by then."""
    url = f"sqlite:///{folder / 'older.sqlite3'}"
    with schemas.migrating(url).app_context():
        upgrade(revision=revision)
    engine = create_engine(url, poolclass=NullPool)
    found = inspect(engine).get_multi_columns()
    return {name: {c["name"] for c in found[key]} for key in found if (name := key[1])}


def older_copy(copy: Path, revision: str) -> Path:
    """The copy without what came after this migration."""
    out = copy.with_name(f"of-{revision}.zip")
    standing = columns_at(revision, copy.parent)
    with zipfile.ZipFile(copy) as source, zipfile.ZipFile(out, "w") as target:
        manifest: dict[str, Any] = json.loads(source.read("manifest.json"))
        tables: dict[str, Any] = {}
        for name in manifest["tables"]:
            if name in standing:
                data = cut(source.read(f"{name}.jsonl"), standing[name], NEWER.get(name, {}))
                target.writestr(f"{name}.jsonl", data)
                tables[name] = {
                    "rows": data.count(b"\n"),
                    "sha256": hashlib.sha256(data).hexdigest(),
                }
        manifest |= {"revision": revision, "tables": tables}
        target.writestr("manifest.json", json.dumps(manifest))
    return out


def cut(lines: bytes, columns: set[str], newer: dict[str, str]) -> bytes:
    """Rows with these columns alone; a newer kind was called by its older name."""
    rows = (json.loads(line) for line in lines.splitlines())
    kept = (
        {name: newer.get(value, value) if name == "kind" else value for name, value in row.items()}
        for row in ({name: row[name] for name in row if name in columns} for row in rows)
    )
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in kept)
