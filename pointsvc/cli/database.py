"""`pointsvc database grants`."""

from __future__ import annotations

import click
from sqlalchemy import inspect, text

from pointsvc.cli.running import opened_app
from pointsvc.config import SettingsError
from pointsvc.extensions import db
from pointsvc.kernel.grants import grants
from pointsvc.kernel.transaction import transact


@click.group()
def database() -> None:
    """数据库：权限。 The database: rights."""


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
            raise SettingsError("SQLite 没有角色；历史由触发器保护 · only PostgreSQL has roles")
        try:
            statements = list(grants(role, inspect(db.engine).get_table_names()))
        except ValueError as error:
            raise SettingsError(f"not a role's name: {error}") from error
        if execute:
            transact(lambda: [db.session.execute(text(statement)) for statement in statements])
            click.echo(f"{len(statements)} ✓ {role}")
            return
        click.echo(";\n".join([*statements, ""]), nl=False)
