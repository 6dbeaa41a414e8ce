"""Which migrations this program brings, and at which one a database stands.

Both are asked at each start and by whoever asks whether a server is ready. Alembic would load every
migration for it, and itself with a tenth of all that a start loads; it comes when there is one to run.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"
_NAMES: Final = re.compile(r'^(down_)?revision = (?:"(\w+)"|None)$', re.MULTILINE)


@cache
def brought() -> tuple[str, ...]:
    """The migrations of this program, the oldest first: each names the one before it."""
    after: dict[str, str] = {}
    for file in (MIGRATIONS / "versions").glob("*.py"):
        [(_new, name), (_down, before)] = _NAMES.findall(file.read_text("utf-8"))
        after[before] = name
    found = [after[""]]
    while found[-1] in after:
        found.append(after[found[-1]])
    assert len(found) == len(after), "the migrations are one line"
    return tuple(found)


def newest() -> str:
    """The one at which a database of this program stands."""
    return brought()[-1]


def stands_at(connection: Connection) -> str | None:
    """The migration of a database; None where it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
