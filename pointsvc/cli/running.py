"""An app for a command, with its database brought up to date."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Flask, current_app
from sqlalchemy import text

from pointsvc.app import create_app
from pointsvc.cli.logs import write_logs
from pointsvc.config import Settings, SettingsError
from pointsvc.extensions import db
from pointsvc.kernel.grants import columns_of, find_roles, grants_like
from pointsvc.kernel.read_only import mending
from pointsvc.kernel.revisions import MIGRATIONS, brought, newest, stands_at
from pointsvc.kernel.transaction import transact

UPGRADE_LOCK: Final = 0x9FEE7
_BOUNDS: Final = ("lock_timeout", "statement_timeout")
_MAY_UPGRADE: Final = text("""
SELECT has_schema_privilege(current_schema(), 'CREATE') AND NOT EXISTS (
  SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace
  AND relname = 'alembic_version' AND NOT pg_has_role(relowner, 'USAGE'))
""")


@contextmanager
def opened_app(settings: Settings | None = None, *, as_it_stands: bool = False) -> Iterator[Flask]:
    """The app of these settings, in its context, its database at the newest migration.

    `as_it_stands` leaves the database at the migration where it is: for copies before an upgrade.
    """
    settings = settings or Settings.from_environment()
    write_logs(settings.log_level)
    app = create_app(settings)
    with app.app_context():
        if as_it_stands:
            refuse_newer_database()
        else:
            bring_up_to_date()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def bring_up_to_date(revision: str = "head") -> None:
    """Run the migrations that are missing; safe when several processes start at once."""
    with _alone():
        refuse_newer_database()
        if revision != "head" or find_revision() != newest():
            from flask_migrate import upgrade  # noqa: PLC0415 - see kernel.revisions

            _refuse_lesser_role()
            logging.getLogger("alembic").setLevel(logging.WARNING)
            upgrade(directory=str(MIGRATIONS), revision=revision)
            _grant_anew()


def _refuse_lesser_role() -> None:
    """The service's own role cannot change tables: say who can. Raises SettingsError."""
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.connect() as connection:
        if connection.scalar(_MAY_UPGRADE):
            return
    raise SettingsError(
        f"数据库要升级到 {newest()}，这个角色没有权限。用 migrator 的地址运行 "
        "pointsvc database upgrade，再启动 · "
        f"the database must be upgraded to {newest()}, which this role may not: run pointsvc database "
        "upgrade with the migrator's address, then start again"
    )


def _grant_anew() -> None:
    """Tables that an upgrade made get the rights that the roles have in the others."""
    if db.engine.dialect.name != "postgresql":
        return

    def work() -> None:
        connection = db.session.connection()
        schema = str(connection.scalar(text("SELECT current_schema()")))
        tables = columns_of(connection, schema=schema)
        for statement in grants_like(find_roles(connection, schema=schema), tables, schema=schema):
            connection.execute(text(statement))

    with mending():
        transact(work)


def refuse_newer_database() -> None:
    """A program older than its database would leave out what it does not know. Raises SettingsError."""
    revision = find_revision()
    if revision is not None and revision not in brought():
        raise SettingsError(
            f"数据库是更新的版本建的（{revision}），请装新的程序 · "
            f"a newer version made this database ({revision}): install that one"
        )


def find_revision() -> str | None:
    """The migration at which the database stands; None where it has no tables of ours."""
    with db.engine.connect() as connection:
        return stands_at(connection)


@contextmanager
def _alone() -> Iterator[None]:
    """Only one process upgrades: a file lock beside SQLite, an advisory lock in PostgreSQL."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            for (
                bound
            ) in _BOUNDS:  # an upgrade takes as long as it takes, and so does waiting for it
                connection.execute(text(f"SET {bound} = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:id)"), {"id": UPGRADE_LOCK})
            yield
            connection.execute(text("SELECT pg_advisory_unlock(:id)"), {"id": UPGRADE_LOCK})
            for bound in _BOUNDS:
                connection.execute(text(f"RESET {bound}"))
        return
    settings: Settings = current_app.extensions["settings"]
    with (settings.instance / "upgrade.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
