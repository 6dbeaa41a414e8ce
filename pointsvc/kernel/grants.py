"""What the application's own PostgreSQL role may do: never change or delete history (L3).

Triggers refuse the same deeds; a role that does not own the tables cannot switch those off either.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from pointsvc.kernel.append_only import APPEND_ONLY

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_READ_ONLY: Final = frozenset({"alembic_version"})


def grants(role: str, tables: Collection[str], *, schema: str = "public") -> Iterator[str]:
    """The statements that give `role` its rights on these tables; safe to run again.

    Args:
        role: lower-case letters, digits and underscores, as PostgreSQL keeps unquoted names.
        tables: those of the database; run it again when an upgrade has made new ones.
        schema: where they are; a name of the same letters.

    Raises:
        ValueError: the role's name has other characters.
    """
    for name in (role, schema):
        if not _NAME.fullmatch(name):
            raise ValueError(name)
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    for table in sorted(tables):
        yield f"REVOKE ALL ON {schema}.{table} FROM {role}"
        yield f"GRANT {_rights(table)} ON {schema}.{table} TO {role}"


def _rights(table: str) -> str:
    if table in _READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
