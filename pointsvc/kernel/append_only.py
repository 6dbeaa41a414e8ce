"""Tables whose rows are never changed or deleted (L3), and the SQL that guards them.

Used by migrations. On SQLite triggers refuse UPDATE, DELETE and the REPLACE that walks past both;
on PostgreSQL triggers refuse UPDATE, DELETE and TRUNCATE, ENABLE ALWAYS so that a replication role
does not pass. `grants` stands beside them: an application role without these rights at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

_ID: Final = ("community_id", "id")
# Each table with its unique keys, the primary key first. A transfer's effect is not among them:
# `books.post` leaves repeated effects out by ON CONFLICT, which these guards would refuse.
APPEND_ONLY: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "transfers": (_ID,),
    "entries": (
        ("community_id", "passbook_id", "seq"),
        ("community_id", "owner_id", "seq", "account_id", "account_after"),
        ("community_id", "transfer_id", "account_id"),
    ),
    "seals": (("community_id", "sealed_on"),),
    "sealed_heads": (("community_id", "sealed_on", "passbook_id"),),
    "declared_gaps": (_ID, ("community_id", "to_on")),
    "stock_movements": (_ID, ("community_id", "source_type", "source_id", "effect")),
    "stock_takes": (_ID,),
    "proxy_pickups": (_ID, ("community_id", "order_id")),
    "pickups": (_ID, ("community_id", "order_id"), ("community_id", "reservation_id", "turn")),
    "stock_transfers": (_ID,),
    "stock_count_entries": (_ID,),
    "product_prices": (_ID, ("community_id", "product_id", "version")),
    "goods_issues": (_ID, ("community_id", "number")),
    "purpose_changes": (_ID, ("community_id", "batch_id", "seq")),
    "purchases": (
        _ID,
        ("community_id", "number"),
        ("community_id", "supplier_id", "invoice_no"),
    ),
    "purchase_lines": (
        _ID,
        ("community_id", "purchase_id", "number"),
        ("community_id", "batch_id"),
    ),
    "corrected_invoices": (_ID, ("community_id", "request_id")),
    "corrected_heads": (_ID, ("community_id", "invoice_id")),
    "corrected_lines": (_ID, ("community_id", "invoice_id", "line_id")),
    "scans": (_ID,),
    "scan_decisions": (_ID, ("community_id", "scan_id")),
    "audit_events": (_ID,),
    "consents": (_ID, ("community_id", "member_id", "purpose", "seq")),
    "tariffs": (_ID, ("community_id", "code", "valid_from_on")),
    "defect_steps": (_ID, ("community_id", "defect_id", "seq")),
    "inspection_forms": (
        _ID,
        ("community_id", "version"),
        ("community_id", "valid_from_on"),
    ),
    "inspection_items": (("community_id", "form_id", "number"),),
    "inspection_marks": (("community_id", "inspection_id", "number"),),
}
HAS_THIS_KEY: Final = "has this key"
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only: % is history', TG_TABLE_NAME; END $$
"""


def guards(dialect: str, tables: Collection[str] = tuple(APPEND_ONLY)) -> Iterator[str]:
    """The statements that put the guards up, of all these tables or of those that a migration makes."""
    if dialect == "postgresql":
        yield _FUNCTION
    for table in tables:
        keys = APPEND_ONLY[table]
        yield from (_postgresql(table) if dialect == "postgresql" else _sqlite(table, keys))


def without_guards(dialect: str, tables: Collection[str] = tuple(APPEND_ONLY)) -> Iterator[str]:
    """The statements that take them down (downgrades only)."""
    for table in tables:
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


def _sqlite(table: str, keys: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    refuse = f"SELECT RAISE(ABORT, 'append-only: {table} is history');"
    for deed in ("update", "delete"):
        yield f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} BEGIN {refuse} END"
    # An INSERT of a known key is the rival's unique key, met a moment earlier: `retry_cause` knows it.
    known = f"SELECT RAISE(ABORT, 'append-only: {table} {HAS_THIS_KEY}');"
    same = " OR ".join(f"EXISTS ({_same(table, key)})" for key in keys)
    yield (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {same} BEGIN {known} END"
    )


def _same(table: str, key: tuple[str, ...]) -> str:
    """A row like the new one: OR REPLACE would take it away without a DELETE trigger."""
    where = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return f"SELECT 1 FROM {table} WHERE {where}"  # noqa: S608 - our own names
