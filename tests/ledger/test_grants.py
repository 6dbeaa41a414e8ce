"""An application role of its own on PostgreSQL: it works, and history is out of its reach (L3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from pointsvc.app import create_app
from pointsvc.cli.database import database as commands
from pointsvc.config import Settings, SettingsError
from pointsvc.extensions import db
from pointsvc.kernel.append_only import APPEND_ONLY
from pointsvc.kernel.grants import grants
from tests.ledger.bookkeeper import found_books
from tests.support.cast import Cast
from tests.support.databases import SECRET_KEY

ROLE = "pointsvc_app"
POSTGRESQL = pytest.mark.engines("postgresql")  # SQLite has no roles


@pytest.fixture
def role_url(history: SQLAlchemy, environment: dict[str, str]) -> str:
    """The database's address for the application's role, made and granted by the command."""
    role = f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
    history.session.execute(text(role))
    history.session.commit()
    done = CliRunner().invoke(commands, ["grants", "--role", ROLE, "--execute"], env=environment)
    assert done.exit_code == 0, done.output
    return make_url(environment["POINTSVC_DATABASE_URL"]).set(username=ROLE).render_as_string()


@pytest.fixture
def as_role(role_url: str) -> Iterator[Connection]:
    engine = create_engine(role_url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def deeds_on(name: str) -> tuple[str, ...]:
    return (
        f"UPDATE {name} SET community_id = community_id",
        f"DELETE FROM {name}",
        f"TRUNCATE {name} CASCADE",
        f"ALTER TABLE {name} DISABLE TRIGGER ALL",
        f"DROP TRIGGER {name}_append_only ON {name}",
    )


@POSTGRESQL
def test_the_role_cannot_touch_history(as_role: Connection) -> None:
    for deed in (deed for name in APPEND_ONLY for deed in deeds_on(name)):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            as_role.begin_nested(),
        ):
            as_role.execute(text(deed))


@POSTGRESQL
def test_the_role_cannot_step_around_the_triggers(as_role: Connection) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_role.execute(text("SET session_replication_role = replica"))


@POSTGRESQL
def test_the_service_works_under_the_role(role_url: str, cast: Cast, tmp_path: object) -> None:
    settings = Settings(instance=tmp_path, database_url=role_url, secret_key=SECRET_KEY)  # type: ignore[arg-type]
    with create_app(settings).app_context():
        books = found_books()
        source = books.earn(cast.limei.id, 64)
        [line] = books.pay(cast.limei.id, 16)
        books.refund(cast.limei.id, line, 8)
        books.take_back(source)
        books.sleep(1000)
        books.expire_all()
        books.seal()
        assert (books.points(cast.limei.id), books.verify().ok) == (0, True)
        db.session.remove()
        db.engine.dispose()


@POSTGRESQL
def test_every_table_of_the_database_is_granted(history: SQLAlchemy) -> None:
    tables = inspect(history.engine).get_table_names()
    granted = {
        statement.split(" ON ")[1].split()[0].removeprefix("public.")
        for statement in grants(ROLE, tables)
    }
    assert set(tables) <= granted


@POSTGRESQL
def test_without_execute_the_statements_are_printed(
    history: SQLAlchemy, environment: dict[str, str]
) -> None:
    history.session.rollback()
    done = CliRunner().invoke(commands, ["grants", "--role", "reader"], env=environment)
    assert "GRANT SELECT, INSERT ON public.transfers TO reader;\n" in done.output
    assert "GRANT SELECT, INSERT, UPDATE, DELETE ON public.accounts TO reader;\n" in done.output


@pytest.mark.engines("sqlite")
def test_sqlite_is_told_that_it_has_no_roles(
    database: SQLAlchemy, environment: dict[str, str]
) -> None:
    database.session.rollback()
    done = CliRunner().invoke(commands, ["grants", "--role", ROLE], env=environment)
    assert isinstance(done.exception, SettingsError)


def test_a_role_with_other_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="drop"):
        list(grants("app; drop table transfers", ["transfers"]))
