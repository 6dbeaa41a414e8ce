"""PostgreSQL's four roles: the app works and cannot touch history, the migrator upgrades, one reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from pointsvc.app import create_app
from pointsvc.backup.errors import ServerRunning
from pointsvc.config import Settings
from pointsvc.extensions import db
from pointsvc.jobs.runner import run_due
from pointsvc.kernel import clock
from pointsvc.kernel.append_only import APPEND_ONLY
from tests.api.world import raise_world
from tests.support import schemas
from tests.support.clients import HouseClient
from tests.support.commands import Said, pointsvc
from tests.support.databases import SECRET_KEY, Stand

pytestmark = [pytest.mark.engines("postgresql"), pytest.mark.slow]


class Database:
    """A database with all four roles; `postgres` may do anything."""

    def __init__(self, url: str, folder: Path) -> None:
        self.whole, self.folder = url, folder

    def url(self, role: str) -> str:
        """Its address for a role, by the last part of its name."""
        name = role if role == "postgres" else f"pointsvc_{role}"
        return make_url(self.whole).set(username=name).render_as_string()

    def say(self, role: str, *words: object) -> Said:
        """A command, run as the role."""
        settings = {"POINTSVC_INSTANCE": str(self.folder), "POINTSVC_SECRET_KEY": SECRET_KEY}
        return pointsvc(*words, environment=settings | {"POINTSVC_DATABASE_URL": self.url(role)})


@pytest.fixture
def roles(engine_stand: Stand, tmp_path: Path) -> Database:
    """A fresh one."""
    made = Database(engine_stand.store.make_empty("with_roles"), tmp_path)
    with schemas.migrating(made.whole).app_context():
        upgrade()
    done = made.say("postgres", "database", "roles", "--execute")
    assert done.code == 0, done.err
    return made


@contextmanager
def signed_in(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@contextmanager
def working(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(Settings(instance=folder, database_url=url, secret_key=SECRET_KEY))
    app.config.update(TESTING=True)
    app.test_client_class = HouseClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_whole_main_job_is_done_by_the_app(roles: Database, tmp_path: Path) -> None:
    with working(roles.url("app"), tmp_path) as app:
        raise_world(app.test_client())
        failed = [each for each in run_due(clock.now()) if each.has_failed]
    assert failed == []
    assert roles.say("app", "ledger", "verify").code == 0


def test_grants_alone_keep_history_when_the_triggers_are_off(roles: Database) -> None:
    with signed_in(roles.url("postgres")) as owner:
        for table in APPEND_ONLY:
            owner.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        owner.commit()
    deeds = ("UPDATE {} SET community_id = community_id", "DELETE FROM {}", "TRUNCATE {} CASCADE")
    with signed_in(roles.url("app")) as app:
        for deed in (deed.format(table) for deed in deeds for table in APPEND_ONLY):
            with pytest.raises(ProgrammingError, match="permission denied"), app.begin_nested():
                app.execute(text(deed))


def test_the_app_starts_at_head_and_is_told_what_to_do_when_not(roles: Database) -> None:
    assert roles.say("app", "jobs", "run-due").code == 0
    with schemas.migrating(roles.url("migrator")).app_context():
        downgrade(revision="0007")
    refused = roles.say("app", "jobs", "run-due")
    assert refused.code == 2
    assert "pointsvc database upgrade" in refused.err
    done = roles.say("migrator", "database", "upgrade")
    assert (done.code, "0007 →" in done.out) == (0, True), done.err
    assert roles.say("app", "jobs", "run-due").code == 0
    with signed_in(
        roles.url("app")
    ) as connection:  # tables that the upgrade made have their rights too
        connection.execute(text("SELECT count(*) FROM stock_takes"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("DELETE FROM stock_takes"))


def test_the_migrator_s_tables_are_the_owner_s(roles: Database) -> None:
    owners = text("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    with schemas.migrating(roles.url("migrator")).app_context():
        downgrade(revision="0007")
        upgrade()
    with signed_in(roles.url("postgres")) as connection:
        assert connection.scalars(owners).all() == ["pointsvc_owner"]


def test_the_migrator_restores_what_the_app_copied(roles: Database, tmp_path: Path) -> None:
    """The app makes copies and cannot change a table; nothing is put back under its feet."""
    file = tmp_path / "copy.zip"
    copied = roles.say("app", "backup", file)
    assert copied.code == 0, copied.err
    with signed_in(roles.url("app")) as app:
        app.execute(text("SELECT 1"))
        refused = roles.say("migrator", "restore", file)
    assert (refused.code, f"[{ServerRunning.code}]" in refused.err) == (2, True)
    done = roles.say("migrator", "restore", file)
    assert done.code == 0, done.err
    assert roles.say("app", "jobs", "run-due").code == 0
    with signed_in(roles.url("reader")) as reader:
        reader.execute(text("SELECT * FROM entries"))
    rehearsed = roles.say("migrator", "database", "rehearse-upgrade")
    assert rehearsed.code == 0, rehearsed.err


def test_the_reader_reads_the_books_and_no_secret(roles: Database) -> None:
    with signed_in(roles.url("reader")) as reader:
        reader.execute(text("SELECT * FROM entries"))
        reader.execute(text("SELECT id, name FROM members"))
        secrets = ("phone_cipher FROM members", "pin_cipher FROM members", "* FROM credentials")
        for secret in (*secrets, "* FROM sign_ins", "content FROM import_runs"):
            with pytest.raises(ProgrammingError, match="permission denied"), reader.begin_nested():
                reader.execute(text(f"SELECT {secret}"))
        with pytest.raises(Exception, match=r"permission denied|read-only"):
            reader.execute(text("INSERT INTO communities SELECT * FROM communities"))


def test_the_roles_can_be_made_again_and_are_printed_first(roles: Database) -> None:
    again = roles.say("postgres", "database", "roles", "--execute")
    assert again.code == 0, again.err
    printed = roles.say("postgres", "database", "roles", "--app", "other_app")
    assert "GRANT SELECT, INSERT ON public.transfers TO other_app;" in printed.out
    bad = roles.say("postgres", "database", "roles", "--app", "x; drop")
    assert bad.code == 2
    assert "Traceback" not in bad.err
