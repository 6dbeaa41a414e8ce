"""`pointsvc database`: roles, rights and upgrades."""

from __future__ import annotations

import sys
import time
import zipfile
from collections.abc import Callable
from typing import Final

import click
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from pointsvc.backup.taking import workspace, write_copy
from pointsvc.cli.loading import rehearse_upgrade
from pointsvc.cli.running import bring_up_to_date, find_revision, opened_app
from pointsvc.config import Settings, SettingsError
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.grants import Roles, columns_of, grants, role_statements
from pointsvc.kernel.revisions import newest
from pointsvc.kernel.transaction import transact

NO_ROLES: Final = "SQLite 没有角色；历史由触发器保护 · only PostgreSQL has roles"


@click.group()
def database() -> None:
    """数据库：角色、权限、升级。 The database: roles, rights, upgrades."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database up to date, as the role that may change tables; `serve` needs no such role."""
    with opened_app(as_it_stands=True):
        before = find_revision()
        bring_up_to_date()
        click.echo(f"{before or '—'} → {find_revision()}")


@database.command("rehearse-upgrade")
def rehearse() -> None:
    """Upgrade a copy beside the database and verify it there; exit 0 when it goes, with the times.

    The database itself stays as it is, and people go on working.
    """
    settings, steps = Settings.from_environment(), _Steps()
    with workspace(settings.instance) as plain:
        with opened_app(settings, as_it_stands=True):
            before = find_revision()
            write_copy(plain, keys_text=None, now=clock.now())
        steps.tell("copy")
        with zipfile.ZipFile(plain) as copy:
            try:
                stamp = clock.now().strftime("%Y%m%d%H%M%S")
                rehearse_upgrade(copy, settings, stamp, steps.tell)
            except (Refusal, SQLAlchemyError, AssertionError) as error:
                click.echo(f"不行 · no, at {before}: {error}", err=True)
                sys.exit(1)
    click.echo(f"可以 · yes: {before} → {newest()}")


class _Steps:
    """Says after each step how long it took."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def tell(self, step: str) -> None:
        """The step has ended."""
        now = time.monotonic()
        click.echo(f"{step}: {now - self._since:.1f} s")
        self._since = now


@database.command("roles")
@click.option("--owner", default=Roles().owner, show_default=True, help="owns the tables")
@click.option("--migrator", default=Roles().migrator, show_default=True, help="upgrades, restores")
@click.option("--app", default=Roles().app, show_default=True, help="the service's")
@click.option("--reader", default=Roles().reader, show_default=True, help="reads, for reports")
@click.option("--execute", is_flag=True, help="run the statements instead of printing them")
def roles(*, execute: bool, **names: str) -> None:
    """Make PostgreSQL's four roles and give each what it needs; run it as a superuser, again at will.

    Passwords are set by hand afterwards, with the command password of psql.
    """
    with opened_app(as_it_stands=True):
        if db.engine.dialect.name != "postgresql":
            raise SettingsError(NO_ROLES)
        with db.engine.connect() as connection:
            tables = columns_of(connection)
            name = str(connection.scalar(text("SELECT current_database()")))
        _say_or_do(lambda: list(role_statements(Roles(**names), tables, database=name)), execute)


@database.command("grants")
@click.option("--role", required=True, help="the role with which the application signs in")
@click.option("--execute", is_flag=True, help="run the statements instead of printing them")
def grant(role: str, *, execute: bool) -> None:
    """Give a PostgreSQL role what the service needs, and no more.

    Run it as the owner of the tables; then let the service sign in as the role. Upgrades renew it.
    It may add to history and read it, never change or delete it.
    """
    with opened_app():
        if db.engine.dialect.name != "postgresql":
            raise SettingsError(NO_ROLES)
        _say_or_do(lambda: list(grants(role, inspect(db.engine).get_table_names())), execute)


def _say_or_do(make: Callable[[], list[str]], execute: bool) -> None:  # noqa: FBT001 - a flag
    try:
        statements = make()
    except ValueError as error:
        raise SettingsError(f"not a plain name: {error}") from error
    if execute:
        transact(lambda: [db.session.execute(text(statement)) for statement in statements])
        click.echo(f"{len(statements)} ✓")
        return
    click.echo(";\n".join([*statements, ""]), nl=False)
