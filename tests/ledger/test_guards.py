"""`verify` says when a guard of history (L3) was dropped, switched off or rewritten."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from pointsvc.cli.ledger import ledger
from pointsvc.kernel.append_only import APPEND_ONLY
from pointsvc.ledger.verification import check_guards

WEAK = "CREATE TRIGGER scans_no_update BEFORE UPDATE ON scans WHEN 0 BEGIN SELECT 1; END"
DUMB = [
    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RETURN NEW; END $$"
    for name in ("refuse_change", "refuse_all_but_blots")
]


def do(database: SQLAlchemy, *statements: str) -> None:
    for statement in statements:
        database.session.execute(text(statement))
    database.session.commit()


@pytest.mark.usefixtures("database")
def test_the_guards_of_the_migrations_stand(engine_name: str) -> None:
    check = check_guards()
    of_each_table = 2 if engine_name == "postgresql" else 3
    assert (check.ok, check.count) == (True, of_each_table * len(APPEND_ONLY))


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "statements", [["DROP TRIGGER scans_no_update"], ["DROP TRIGGER scans_no_update", WEAK]]
)
def test_a_guard_that_was_dropped_or_weakened_is_named(
    database: SQLAlchemy, statements: list[str]
) -> None:
    do(database, *statements)
    assert check_guards().broken == ["scans_no_update"]


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER scans_append_only ON scans",
        "ALTER TABLE scans DISABLE TRIGGER scans_append_only",
        "ALTER TABLE scans ENABLE TRIGGER scans_append_only",
    ],
    ids=["dropped", "switched off", "off for a replication role"],
)
def test_a_guard_that_does_not_always_stand_is_named(database: SQLAlchemy, statement: str) -> None:
    do(database, statement)
    assert check_guards().broken == ["scans_append_only"]


@pytest.mark.engines("postgresql")
def test_guards_that_let_everything_pass_are_all_named(database: SQLAlchemy) -> None:
    do(database, *DUMB)
    check = check_guards()
    assert check.broken_count == check.count


def test_verify_exits_1_without_a_guard(
    database: SQLAlchemy, engine_name: str, environment: dict[str, str]
) -> None:
    is_postgresql = engine_name == "postgresql"
    name = "entries_append_only" if is_postgresql else "entries_no_delete"
    do(database, f"DROP TRIGGER {name}{' ON entries' if is_postgresql else ''}")
    said = CliRunner().invoke(ledger, ["verify", "--json"], env=environment)
    checks = {check["id"]: check["ok"] for check in json.loads(said.stdout)["checks"]}
    assert (said.exit_code, checks["L3"]) == (1, False)
    assert name in CliRunner().invoke(ledger, ["verify"], env=environment).stdout
