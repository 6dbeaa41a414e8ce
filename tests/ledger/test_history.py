"""History refuses every change, by raw SQL too (L3, docs/ledger.md case 19)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Table, UniqueConstraint, text
from sqlalchemy.exc import DBAPIError

from pointsvc.kernel.append_only import APPEND_ONLY
from pointsvc.kernel.ids import new_id
from tests.support import schemas

GUARDS = r"append-only: \w+ (is history|has this key)"


def rows(database: SQLAlchemy, name: str) -> list[tuple[Any, ...]]:
    database.session.rollback()
    found = database.session.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))
    return [tuple(row) for row in found]


def refused(database: SQLAlchemy, name: str, *statements: str, **values: object) -> None:
    """Every statement is refused by the table's guards, and nothing is different afterwards."""
    before = rows(database, name)
    assert before, f"there has to be something to change in {name}"
    for statement in statements:
        with pytest.raises(DBAPIError, match=GUARDS):
            database.session.execute(text(statement), values)
        assert rows(database, name) == before


def test_history_is_not_updated(history: SQLAlchemy) -> None:
    for name in APPEND_ONLY:
        refused(history, name, f"UPDATE {name} SET community_id = community_id")


def test_history_is_not_deleted(history: SQLAlchemy) -> None:
    for name in APPEND_ONLY:
        refused(history, name, f"DELETE FROM {name}")


@pytest.mark.engines("postgresql")  # SQLite's DELETE is its TRUNCATE
def test_history_is_not_truncated(history: SQLAlchemy) -> None:
    for name in APPEND_ONLY:
        refused(history, name, f"TRUNCATE {name} CASCADE")


@pytest.mark.engines("postgresql")  # it is PostgreSQL's way around triggers
def test_a_replication_role_does_not_pass(history: SQLAlchemy) -> None:
    history.session.rollback()
    with history.engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for name in APPEND_ONLY:
            for deed in (f"UPDATE {name} SET community_id = community_id", f"DELETE FROM {name}"):
                with pytest.raises(DBAPIError, match=GUARDS), connection.begin_nested():
                    connection.execute(text(deed))


def test_history_is_not_upserted(history: SQLAlchemy) -> None:
    for name in APPEND_ONLY:
        key = ", ".join(schemas.tables().tables[name].primary_key.columns.keys())
        upsert = (
            f"INSERT INTO {name} SELECT * FROM {name} WHERE true"
            f" ON CONFLICT ({key}) DO UPDATE SET community_id = excluded.community_id"
        )
        refused(history, name, upsert)


@pytest.mark.engines("sqlite")  # PostgreSQL has no OR REPLACE
def test_history_is_not_replaced(history: SQLAlchemy) -> None:
    for name in APPEND_ONLY:
        refused(history, name, f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}")


def with_another_key() -> Iterator[Table]:
    """Every table with a unique key beside its id: a REPLACE with a fresh id meets that one."""
    for name in APPEND_ONLY:
        table = schemas.tables().tables[name]
        uniques = [key for key in table.constraints if isinstance(key, UniqueConstraint)]
        if "id" in table.primary_key.columns and any("id" not in key.columns for key in uniques):
            yield table


@pytest.mark.engines("sqlite")  # PostgreSQL has no OR REPLACE
def test_history_is_not_replaced_through_another_key(history: SQLAlchemy) -> None:
    tables = list(with_another_key())
    assert "transfers" in {table.name for table in tables}
    for table in tables:
        columns = [":fresh" if column.name == "id" else column.name for column in table.columns]
        copy = f"SELECT {', '.join(columns)} FROM {table.name} LIMIT 1"
        statement = f"INSERT OR REPLACE INTO {table.name} {copy}"
        refused(history, table.name, statement, fresh=new_id().hex)


@pytest.mark.engines("sqlite")  # a hand's own connection has none of the application's pragmas
def test_a_plain_connection_is_refused_too(history: SQLAlchemy) -> None:
    history.session.rollback()
    with history.engine.connect() as connection:
        for pragma in ("foreign_keys", "recursive_triggers"):
            connection.exec_driver_sql(f"PRAGMA {pragma}=OFF")
        for name in APPEND_ONLY:
            for deed in (
                f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}",
                f"UPDATE OR REPLACE {name} SET community_id = community_id",
            ):
                with pytest.raises(DBAPIError, match=GUARDS):
                    connection.execute(text(deed))
        connection.invalidate()
