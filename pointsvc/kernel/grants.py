"""PostgreSQL's roles: who owns the tables, who works in them, who only reads (L3).

| role | may |
|---|---|
| owner | everything with the tables; nobody signs in as the owner |
| migrator | signs in and acts as the owner: upgrades, restores |
| app | works: never changes or deletes history, never changes a table |
| reader | reads the books, for auditors' reports; no phones, passwords, sign-ins |

Triggers refuse changes of history as well; a role that does not own the tables cannot switch them off.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, inspect, text

from pointsvc.kernel.append_only import APPEND_ONLY
from pointsvc.kernel.blots import BLOTTED

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_READ_ONLY: Final = frozenset({"alembic_version"})
_SECRET_TABLES: Final = frozenset(
    {"credentials", "sign_ins", "second_steps", "recovery_codes", "first_sign_ins", "throttles"}
    | {"phone_directory", "operators", "outcomes", "typed_codes", "spent_codes", "code_directory"}
    | {"import_rows"}
)
_SECRET_ENDINGS: Final = ("_cipher", "_index", "enrolment_hash", "content")
_GRANTED: Final = text("""
SELECT grantee, bool_or(privilege_type = 'INSERT') AS writes
FROM information_schema.role_table_grants
WHERE table_schema = :schema AND table_name = 'transfers' AND grantee <> grantor
  AND grantee <> 'PUBLIC'
GROUP BY grantee
""")


def grants(role: str, tables: Collection[str], *, schema: str = "public") -> Iterator[str]:
    """The statements that give `role` its rights on these tables; safe to run again.

    Args:
        role: lower-case letters, digits and underscores, as PostgreSQL keeps unquoted names.
        tables: those of the database; run it again when an upgrade has made new ones.
        schema: where they are; a name of the same letters.

    Raises:
        ValueError: the role's name has other characters.
    """
    _check(role, schema)
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    for table in sorted(tables):
        yield f"REVOKE ALL ON {schema}.{table} FROM {role}"
        yield f"GRANT {_rights(table)} ON {schema}.{table} TO {role}"
        if table in BLOTTED:
            yield f"GRANT UPDATE ({', '.join(BLOTTED[table])}) ON {schema}.{table} TO {role}"


def reading_grants(
    role: str, tables: Mapping[str, Collection[str]], *, schema: str = "public"
) -> Iterator[str]:
    """The statements that let `role` read all but what is a secret; `tables` with their columns.

    Raises:
        ValueError: the role's name has other characters.
    """
    _check(role, schema)
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    for table, columns in sorted(tables.items()):
        yield f"REVOKE ALL ON {schema}.{table} FROM {role}"
        if table in _SECRET_TABLES:
            continue
        shown = [column for column in columns if not column.endswith(_SECRET_ENDINGS)]
        if len(shown) == len(columns):
            yield f"GRANT SELECT ON {schema}.{table} TO {role}"
        else:
            yield f"GRANT SELECT ({', '.join(shown)}) ON {schema}.{table} TO {role}"


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the four."""

    owner: str = "pointsvc_owner"
    migrator: str = "pointsvc_migrator"
    app: str = "pointsvc_app"
    reader: str = "pointsvc_reader"


def role_statements(
    roles: Roles, tables: Mapping[str, Collection[str]], *, database: str, schema: str = "public"
) -> Iterator[str]:
    """The statements that make the four roles and give each what it may; safe to run again.

    Passwords are not in them: psql's own command sets those.

    Raises:
        ValueError: a name has other characters.
    """
    names = (roles.owner, roles.migrator, roles.app, roles.reader)
    _check(*names, schema, database)
    for name in names:
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
            f" THEN CREATE ROLE {name}; END IF; END $$"
        )
    plain = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    yield f"ALTER ROLE {roles.owner} NOLOGIN {plain}"
    for name in names[1:]:
        yield f"ALTER ROLE {name} LOGIN {plain}"
    yield f"GRANT {roles.owner} TO {roles.migrator}"
    yield f"ALTER ROLE {roles.migrator} IN DATABASE {database} SET role = '{roles.owner}'"
    yield f"ALTER ROLE {roles.reader} SET default_transaction_read_only = on"
    yield f"GRANT CONNECT, CREATE ON DATABASE {database} TO {roles.owner}"
    yield f"ALTER SCHEMA {schema} OWNER TO {roles.owner}"
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
    for table in sorted(tables):
        yield f"ALTER TABLE {schema}.{table} OWNER TO {roles.owner}"
    if tables:
        for function in ("refuse_change", "refuse_all_but_blots"):
            yield f"ALTER FUNCTION {schema}.{function}() OWNER TO {roles.owner}"
    yield from grants(roles.app, tables, schema=schema)
    yield from reading_grants(roles.reader, tables, schema=schema)


def grants_like(
    standing: Mapping[str, bool], tables: Mapping[str, Collection[str]], *, schema: str
) -> Iterator[str]:
    """The statements that give roles in these tables what they had; true: the role may write."""
    for role, writes in sorted(standing.items()):
        if writes:
            yield from grants(role, tables, schema=schema)
        else:
            yield from reading_grants(role, tables, schema=schema)


def find_roles(connection: Connection, *, schema: str) -> dict[str, bool]:
    """The roles that were given rights in these tables, and whether they may write."""
    return {row.grantee: row.writes for row in connection.execute(_GRANTED, {"schema": schema})}


def columns_of(connection: Connection, *, schema: str | None = None) -> dict[str, list[str]]:
    """Every table of the schema with the names of its columns."""
    found = inspect(connection).get_multi_columns(schema=schema)
    return {str(name): [each["name"] for each in found[of, name]] for of, name in found}


def _check(*names: str) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(name)


def _rights(table: str) -> str:
    if table in _READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
