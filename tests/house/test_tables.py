"""What every table keeps, on both engines: community first, strict, named, guarded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CheckConstraint, Inspector, Table, inspect, text

from pointsvc.kernel.append_only import APPEND_ONLY
from tests.support import schemas

# Tables that are no single community's (docs/ledger.md §4): why the community cannot come first.
OF_NO_COMMUNITY: Final = {
    "communities": "the tenants themselves",
    "code_directory": "leads from a scanned number to a community",
    "phone_directory": "leads from a phone to its communities",
    "credentials": "passwords belong to the phone",
    "sign_ins": "found by the token alone, operators' among them",
    "second_steps": "of operators too, who belong to no community",
    "recovery_codes": "follow the second steps",
    "throttles": "count before anyone knows whose community it is",
    "operators": "belong to no community",
    "leases": "who runs a job of the whole server",
    "holidays": "the State Council's days are the same for everybody",
}
TABLES: Final = [
    pytest.param(table, id=table.name)
    for table in schemas.tables().sorted_tables
    if table.name not in OF_NO_COMMUNITY
]


def keys_of(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Primary key, uniques, foreign keys (both ends) and indexes, each with its columns."""
    for constraint in table.constraints:
        columns = [column.name for column in getattr(constraint, "columns", ())]
        if columns and not isinstance(constraint, CheckConstraint):
            yield str(constraint.name), columns
    for key in table.foreign_key_constraints:
        if key.referred_table.name != "communities":
            yield str(key.name), [part.column.name for part in key.elements]
    for index in table.indexes:
        yield str(index.name), [column.name for column in index.columns]


@pytest.mark.parametrize("table", TABLES)
def test_every_key_of_a_community_begins_with_it(table: Table) -> None:
    assert [key for key in keys_of(table) if key[1][0] != "community_id"] == []


def test_the_exceptions_are_tables() -> None:
    assert OF_NO_COMMUNITY.keys() <= schemas.tables().tables.keys()


@pytest.mark.engines("sqlite")
def test_every_sqlite_table_is_strict(database: SQLAlchemy) -> None:
    found = database.session.execute(text("PRAGMA table_list")).mappings().all()
    ours = {row["name"]: row["strict"] for row in found if row["name"] in schemas.tables().tables}
    assert ours.keys() == schemas.tables().tables.keys()
    assert {name for name, strict in ours.items() if not strict} == set()


def test_every_constraint_has_a_name(database: SQLAlchemy) -> None:
    inspector = inspect(database.engine)
    nameless = [
        table
        for table in schemas.tables().tables
        for constraint in _constraints(inspector, table)
        if not str(constraint["name"]).startswith(("pk_", "uq_", "fk_", "ck_"))
    ]
    assert nameless == []


def _constraints(inspector: Inspector, table: str) -> Iterator[dict[str, object]]:
    yield dict(inspector.get_pk_constraint(table))
    yield from map(dict, inspector.get_unique_constraints(table))
    yield from map(dict, inspector.get_foreign_keys(table))
    yield from map(dict, inspector.get_check_constraints(table))


def test_history_is_guarded_by_triggers(database: SQLAlchemy, engine_name: str) -> None:
    statement = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND tgenabled = 'A'",
    }[engine_name]
    guarded = {tuple(row) for row in database.session.execute(text(statement))}
    deeds = ("update", "delete", "replace") if engine_name == "sqlite" else ("truncate",)
    wanted = {(f"{table}_no_{deed}", table) for table in APPEND_ONLY for deed in deeds}
    assert wanted - guarded == set()
    assert {table for _name, table in guarded} == set(APPEND_ONLY)
