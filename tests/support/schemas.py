"""A database's schema as text, so that two of them can be compared whole."""

from __future__ import annotations

import importlib
import re
import subprocess
from functools import cache
from typing import Final

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import MetaData, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from pointsvc.extensions import Base, db
from pointsvc.kernel.append_only import guards
from pointsvc.kernel.blots import blot_guards
from tests.support import postgres, tree

SESSION_LINES: Final = re.compile(r"^(--|SET |SELECT pg_catalog|\\)")
RENAMED: Final = re.compile(r'^CREATE TABLE "(\w+)"')


@cache
def tables() -> MetaData:
    """Every table of every room, those of rooms that nobody imported yet too."""
    for source in tree.package():
        if "models" in source.furniture:
            importlib.import_module(source.module)
    return Base.metadata


def migrating(url: str) -> Flask:
    """A bare application whose migrations go to `url`."""
    tables()
    app = Flask("migrating")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    Migrate(app, db, directory=str(tree.ROOT / "migrations"))
    return app


def build_from_models(url: str) -> None:
    """What the migrations should have made, made from the models, with the history's guards."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        tables().create_all(connection)
        for made in (guards, blot_guards):
            for statement in made(connection.dialect.name):
                connection.execute(text(statement))


def schema_of(url: str) -> set[str]:
    """Every object's statement; its parts in order, as engines add columns at the end."""
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    statements = _of_sqlite(url) if is_sqlite else _of_postgresql(url)
    return {_in_order(made) for made in statements if "alembic_version" not in made}


def _in_order(statement: str) -> str:
    first, *parts = (part.strip(" ,\t") for part in statement.splitlines())
    return "\n".join([first, *sorted(filter(None, parts))])


def _of_sqlite(url: str) -> list[str]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
        # A table that a migration made anew and renamed keeps its name in quotes.
        return [RENAMED.sub(r"CREATE TABLE \1", _a_part_a_line(made)) for made in found.scalars()]


def _a_part_a_line(made: str) -> str:
    """SQLite writes a column that ALTER TABLE added behind the others, on their last line."""
    if not made.startswith("CREATE TABLE"):
        return made
    depth, signs = 0, []
    for sign in made:
        depth += (sign == "(") - (sign == ")")
        signs.append(",\n" if sign == "," and depth == 1 else sign)
    return "".join(signs)


def _of_postgresql(url: str) -> list[str]:
    binaries = postgres.find_binaries()
    assert binaries is not None
    plain = make_url(url).set(drivername="postgresql").render_as_string()
    command = [str(binaries / "pg_dump"), "--schema-only", "--no-owner", plain]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = (line for line in done.stdout.splitlines() if not SESSION_LINES.match(line))
    return [part.strip() for part in "\n".join(lines).split(";\n") if part.strip()]
