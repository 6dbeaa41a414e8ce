"""Tables whose rows are never changed or deleted (L3), and the SQL that guards them.

Used by migrations. On SQLite triggers refuse UPDATE, DELETE and the REPLACE that walks past both;
on PostgreSQL triggers refuse UPDATE, DELETE and TRUNCATE, ENABLE ALWAYS so that a replication role
does not pass. Grants come beside them in production (see the README).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

APPEND_ONLY: Final[dict[str, tuple[str, ...]]] = {
    "transfers": ("community_id", "id"),
    "entries": ("community_id", "passbook_id", "seq"),
    "seals": ("community_id", "sealed_on"),
    "sealed_heads": ("community_id", "sealed_on", "passbook_id"),
    "stock_movements": ("community_id", "id"),
    "product_prices": ("community_id", "id"),
    "scans": ("community_id", "id"),
    "scan_decisions": ("community_id", "id"),
    "audit_events": ("community_id", "id"),
    "consents": ("community_id", "id"),
    "tariffs": ("community_id", "id"),
}
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only: % is history', TG_TABLE_NAME; END $$
"""


def guards(dialect: str) -> Iterator[str]:
    """The statements that put the guards up."""
    if dialect == "postgresql":
        yield _FUNCTION
    for table, key in APPEND_ONLY.items():
        yield from (_postgresql(table) if dialect == "postgresql" else _sqlite(table, key))


def without_guards(dialect: str) -> Iterator[str]:
    """The statements that take them down (downgrades only)."""
    for table in APPEND_ONLY:
        if dialect == "postgresql":
            yield f"DROP TRIGGER {table}_append_only ON {table}"
            yield f"DROP TRIGGER {table}_no_truncate ON {table}"
        else:
            for deed in ("update", "delete", "replace"):
                yield f"DROP TRIGGER {table}_no_{deed}"
    if dialect == "postgresql":
        yield "DROP FUNCTION refuse_change()"


def _postgresql(table: str) -> Iterator[str]:
    run = "EXECUTE FUNCTION refuse_change()"
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {run}"
    )
    yield f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}"
    for trigger in (f"{table}_append_only", f"{table}_no_truncate"):
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"


def _sqlite(table: str, key: tuple[str, ...]) -> Iterator[str]:
    refuse = f"SELECT RAISE(ABORT, 'append-only: {table} is history');"
    for deed in ("update", "delete"):
        yield f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} BEGIN {refuse} END"
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    yield (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - our own names
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN {refuse} END"
    )
