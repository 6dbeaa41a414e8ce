"""What only one of the engines can suffer from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from sqlalchemy import text

from pointsvc.audit.actors import SYSTEM
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.grants import grants
from pointsvc.kernel.keys import Key, draw_secret
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import issue_cards
from tests.cli.doctor.patient import GIVEN, Patient
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock
from tests.support.databases import SECRET_KEY

sqlite = pytest.mark.engines("sqlite")
postgresql = pytest.mark.engines("postgresql")
ORPHAN: Final = "INSERT INTO counters (community_id, name, last) VALUES (?, 'x', ?)"


def behind_the_guards(*statements: tuple[str, tuple[object, ...]]) -> None:
    """Write as a program that knows nothing of us would."""
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection, connection:
        for statement, values in statements:
            connection.execute(statement, values)


@sqlite
def test_a_row_that_points_to_nothing_is_named(patient: Patient) -> None:
    behind_the_guards((ORPHAN, (uuid4().hex, 1)))
    assert patient.ills() == {"sqlite.foreign_keys"}
    assert "counters" in patient.findings()["sqlite.foreign_keys"].what.en


@sqlite
def test_a_damaged_database_is_named(patient: Patient) -> None:
    off = ("PRAGMA ignore_check_constraints = ON", ())
    behind_the_guards(off, (ORPHAN, (uuid4().hex, -1)))
    assert patient.ills() == {"sqlite.integrity"}


@sqlite
def test_a_table_that_is_not_strict_is_named(patient: Patient) -> None:
    loosen = "UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = 'leases'"
    behind_the_guards(("PRAGMA writable_schema = ON", ()), (loosen, ()))
    db.engine.dispose()
    assert "leases" in patient.findings()["sqlite.strict"].what.zh


@sqlite
def test_empty_pages_and_a_file_for_everybody_are_named(patient: Patient) -> None:
    fill = "INSERT INTO ballast VALUES (zeroblob(60000000))"
    patient.run("CREATE TABLE ballast (x)", fill, "DROP TABLE ballast")
    Path(str(db.engine.url.database)).chmod(0o644)
    assert patient.ills() == {"sqlite.free_pages", "sqlite.exposed"}


def options(words: str) -> Callable[[Patient], object]:
    return lambda patient: patient.setting("DATABASE_URL", f"{_url(patient)}&options={words}")


def _url(patient: Patient) -> str:
    return patient.database.engine.url.render_as_string(hide_password=False)


@postgresql
@pytest.mark.parametrize(
    ("ill", "plant"),
    [
        ("postgresql.bounds", options("-c%20lock_timeout%3D0")),
        ("postgresql.zone", options("-c%20timezone%3DAsia/Shanghai")),
        ("postgresql.connections", lambda patient: patient.setting("WORKERS", "50")),
        ("restore.cut_off", lambda patient: patient.run("CREATE SCHEMA restoring_2026")),
        (
            "postgresql.collation",
            lambda patient: patient.run(
                "UPDATE pg_database SET datcollversion = '1' WHERE datname = current_database()"
            ),
        ),
        (
            "database.away",
            lambda patient: patient.setting("DATABASE_URL", _url(patient) + "&port=9"),
        ),
    ],
)
def test_a_fault_of_postgresql_is_named(
    patient: Patient, ill: str, plant: Callable[[Patient], object]
) -> None:
    plant(patient)
    assert patient.ills() - {"workers.many"} == {ill}


@postgresql
def test_a_cluster_that_forgets_is_named(patient: Patient) -> None:
    found = patient.findings()
    assert "fsync" in found["postgresql.durability"].what.en
    assert {"postgresql.rights", "postgresql.autovacuum"} <= set(found) & GIVEN
    assert "transfers" in found["postgresql.rights"].what.en


@postgresql
def test_an_encoding_that_loses_letters_is_named(patient: Patient) -> None:
    name = f"ascii_{uuid4().hex}"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        like_c = "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        connection.execute(text(f"CREATE DATABASE {name} {like_c}"))
    patient.setting("DATABASE_URL", _url(patient).replace("/tests?", f"/{name}?"))
    assert "SQL_ASCII" in patient.findings()["postgresql.encoding"].what.en


@postgresql
def test_a_clock_apart_from_the_database_s_is_named(patient: Patient, clock: FrozenClock) -> None:
    assert "clock.apart" not in patient.ills()
    clock.advance(seconds=-10)
    assert "clock.apart" in patient.ills()


@postgresql
def test_a_role_that_cannot_change_history_is_well(patient: Patient) -> None:
    tables = db.inspect(db.engine).get_table_names()
    patient.run("DROP ROLE IF EXISTS doctored", "CREATE ROLE doctored LOGIN")
    patient.run(*grants("doctored", tables))
    patient.setting("DATABASE_URL", _url(patient).replace("postgres@", "doctored@"))
    assert patient.findings()["postgresql.rights"].state == "ok"
    assert patient.ills() == set()
    patient.run("DROP OWNED BY doctored", "DROP ROLE doctored")


def test_cards_of_a_key_that_is_gone_are_named(cast: Cast, patient: Patient) -> None:
    who = {"community_id": cast.community_id, "member_ids": [cast.limei.id]}
    transact(lambda: issue_cards(**who, actor=SYSTEM, now=clock.now()))  # type: ignore[arg-type]
    assert patient.ills() == set()
    ours = Key(SECRET_KEY).code_id
    other = next(key for key in iter(draw_secret, None) if Key(key).code_id != ours)
    patient.setting("SECRET_KEY", other)
    assert patient.ills() == {"keys.cards"}
    assert patient.database.session.scalar(text("SELECT count(*) FROM cards")) == 1
