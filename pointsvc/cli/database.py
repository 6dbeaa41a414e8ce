"""`pointsvc database`: roles, rights and upgrades."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import click
from sqlalchemy import inspect, text

from pointsvc.cli.running import bring_up_to_date, find_revision, opened_app
from pointsvc.config import SettingsError
from pointsvc.extensions import db
from pointsvc.kernel.grants import Roles, columns_of, grants, role_statements
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

    Run it as the owner of the tables after every upgrade; then let the service sign in as the role.
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
