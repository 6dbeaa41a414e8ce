"""An upgrade rehearsed on a copy: yes or no, how long, and the database stays as it is."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import NullPool, create_engine, inspect, text

from pointsvc.backup.restoring import load_tables
from tests.backup.older import older_copy
from tests.backup.settings import Environment
from tests.support import schemas
from tests.support.commands import Said, pointsvc
from tests.support.databases import Stand

pytestmark = pytest.mark.slow
OLDER = "0007"


@dataclass
class Older:
    """A database as an older version of the program left it."""

    url: str
    settings: Environment

    def say(self, *words: object) -> Said:
        return pointsvc(*words, environment=self.settings)

    def run(self, *statements: str) -> None:
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def standing(self) -> tuple[str, int, list[str]]:
        """Its migration, how many entries it has, its schemas or tables."""
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.connect() as connection:
            revision = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
            entries = connection.scalar(text("SELECT count(*) FROM entries")) or 0
            return revision, entries, sorted(inspect(connection).get_schema_names())


@pytest.fixture
def older(copy: Path, engine_stand: Stand, elsewhere: Environment) -> Older:
    url = engine_stand.store.make_empty("older")
    with schemas.migrating(url).app_context():
        upgrade(revision=OLDER)
    engine = create_engine(url, poolclass=NullPool)
    with zipfile.ZipFile(older_copy(copy, OLDER)) as rows, engine.begin() as connection:
        load_tables(rows, connection)
    return Older(url, {**elsewhere, "POINTSVC_DATABASE_URL": url})


def test_an_older_database_says_yes_and_stays_older(older: Older) -> None:
    before = older.standing()
    said = older.say("database", "rehearse-upgrade")
    assert said.code == 0, said.err
    assert f"yes: {OLDER} →" in said.out
    steps = [line.split(":")[0] for line in said.out.splitlines()[:-1]]
    assert steps == ["copy", "load", "upgrade", "verify"]
    assert older.standing() == before
    done = older.say("database", "upgrade")
    assert done.code == 0, done.err
    assert older.standing()[0] > OLDER


def test_books_that_do_not_hold_say_no_and_nothing_is_left(older: Older) -> None:
    is_sqlite = older.url.startswith("sqlite")
    off = "DROP TRIGGER transfers_no_update" if is_sqlite else OFF
    older.run(off, "UPDATE transfers SET amount = amount + 1 WHERE kind = 'award'")
    before = older.standing()
    said = older.say("database", "rehearse-upgrade")
    assert said.code == 1
    assert "· no, at" in said.err
    assert "Traceback" not in said.err
    assert older.standing() == before


OFF = "ALTER TABLE transfers DISABLE TRIGGER ALL"
