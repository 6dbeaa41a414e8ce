"""Words in history: a few columns may be emptied, because somebody is erased; nothing else changes (L3).

The guards of these tables (`append_only`) are replaced by such that let one change pass: the named
columns become empty, and everything else of the row stays as it is. No number, id, day or hash is
among them. One word a table: so what changes is that word, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pointsvc.kernel.append_only import guards

# Each table with its words; what is empty is NULL or the empty text.
BLOTTED: Final[dict[str, tuple[str, ...]]] = {
    "scans": ("note",),
    "scan_decisions": ("reason",),
    "consents": ("guardian_name",),
    "defect_steps": ("word",),
    "inspection_marks": ("word",),
    "goods_issues": ("recipient",),
}
# What SQLite's guards look at: every other column (a house test compares them with the tables).
_KEPT: Final[dict[str, str]] = {
    "scans": "community_id id body_hash direction proof code_number shift_id member_id attendance_id"
    " actor_kind actor_id claimed_at received_at happened_at quantity verdict reason award_points"
    " service_minutes balance_points device_id device_counter distance_metres",
    "scan_decisions": "community_id id scan_id decision decided_by_id decided_at",
    "consents": "community_id id member_id purpose seq version state recorded_by_id recorded_at",
    "defect_steps": "community_id id defect_id seq state passed_to taken_by_id taken_at",
    "inspection_marks": "community_id inspection_id number points",
    "goods_issues": "community_id id number batch_id product_id quantity purpose people_count"
    " recipient_id issued_by_id issued_at business_on",
}
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION refuse_all_but_blots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV::text[] = to_jsonb(OLD) - TG_ARGV::text[]
AND NEW IS DISTINCT FROM OLD AND NOT EXISTS (SELECT FROM unnest(TG_ARGV) word
WHERE to_jsonb(NEW) ->> word <> '' AND to_jsonb(NEW) -> word <> to_jsonb(OLD) -> word)
THEN RETURN NEW; END IF;
RAISE EXCEPTION 'append-only: % is history', TG_TABLE_NAME; END $$
"""


def kept_columns(table: str) -> tuple[str, ...]:
    """The columns of a table that nobody changes."""
    return tuple(_KEPT[table].split())


def blot_guards(dialect: str) -> Iterator[str]:
    """The statements that put these guards in the place of the stricter ones."""
    if dialect == "postgresql":
        yield _FUNCTION
    for table in BLOTTED:
        yield from (_postgresql(table) if dialect == "postgresql" else _sqlite(table))


def without_blot_guards(dialect: str) -> Iterator[str]:
    """The statements that put the stricter ones back (downgrades only)."""
    for table in BLOTTED:
        name = _name(dialect, table)
        yield (
            f"DROP TRIGGER {name} ON {table}" if dialect == "postgresql" else f"DROP TRIGGER {name}"
        )
        for statement in guards(dialect, [table]):
            if f" {name} " in f"{statement} ":
                yield statement
    if dialect == "postgresql":
        yield "DROP FUNCTION refuse_all_but_blots()"


def _name(dialect: str, table: str) -> str:
    return f"{table}_append_only" if dialect == "postgresql" else f"{table}_no_update"


def _postgresql(table: str) -> Iterator[str]:
    name, words = _name("postgresql", table), ", ".join(f"'{word}'" for word in BLOTTED[table])
    yield f"DROP TRIGGER {name} ON {table}"
    yield (
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_all_but_blots({words})"
    )
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _sqlite(table: str) -> Iterator[str]:
    name = _name("sqlite", table)
    kept = " OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in kept_columns(table))
    words = " OR ".join(
        f"NEW.{each} IS OLD.{each} OR coalesce(NEW.{each}, '') <> ''" for each in BLOTTED[table]
    )
    yield f"DROP TRIGGER {name}"
    yield (
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {kept} OR {words}"
        f" BEGIN SELECT RAISE(ABORT, 'append-only: {table} is history'); END"
    )
