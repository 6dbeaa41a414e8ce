"""The extensions, each made once and bound to the app in `create_app`."""

from __future__ import annotations

import math
import sqlite3
import time
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from flask import Flask
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Engine,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
    event,
)
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import JSON

from pointsvc.columns import Moment

REST_SECONDS: Final = 0.25
RESTS_SINCE: Final = "rests_since"
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every model: constraints are named, SQLite tables are STRICT."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid,
        bytes: LargeBinary,
        date: Date,
        datetime: Moment,
        dict[str, Any]: JSON,
        int: BigInteger,
        str: Text,
    }

    def __init_subclass__(cls, **kw: Any) -> None:
        """Make every table STRICT, so that SQLite keeps integers integers."""
        arguments = cls.__dict__.get("__table_args__", ())
        if isinstance(arguments, tuple) and not (arguments and isinstance(arguments[-1], dict)):
            cls.__table_args__ = (*arguments, {"sqlite_strict": True})
        super().__init_subclass__(**kw)


# Models subclass Base, not db.Model: strict typing, and Flask-SQLAlchemy stays in this file.
db = SQLAlchemy(metadata=Base.metadata)
babel = Babel()


class Migrations:
    """Stands for Flask-Migrate until somebody asks it: a server that is up to date never does."""

    def __init__(self, app: Flask, directory: str) -> None:
        """The migrations of this folder."""
        self._app, self._directory = app, directory

    def __getattr__(self, name: str) -> Any:
        """Load it, and let it take this place; who copies or looks for a protocol loads nothing."""
        if name.startswith("_"):
            raise AttributeError(name)
        from flask_migrate import Migrate  # noqa: PLC0415 - with Alembic, a tenth of a start

        Migrate(self._app, db, directory=self._directory)
        return getattr(self._app.extensions["migrate"], name)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Take over BEGIN (the driver's comes too late) and switch the guards on."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "foreign_keys=ON",
        "recursive_triggers=ON",  # what OR REPLACE takes away is deleted, so history's guards fire
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=5000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,), "foreign keys must hold"


@event.listens_for(QueuePool, "checkin")
def _note_rest(_connection: Any, record: Any) -> None:
    """Remember since when a connection has lain idle."""
    record.info[RESTS_SINCE] = time.monotonic()


@event.listens_for(QueuePool, "checkout")
def _look_after_rest(connection: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that has lain idle whether it still lives; the pool replaces one that does not.

    A busy one was alive a moment ago, and to ask it each time costs a trip to the server.
    """
    rested = time.monotonic() - record.info.get(RESTS_SINCE, math.inf)
    if rested < REST_SECONDS or isinstance(connection, sqlite3.Connection):
        return
    was = connection.autocommit
    try:
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = was
    except connection.Error as error:
        raise DisconnectionError from error


writing: ContextVar[bool] = ContextVar("writing", default=False)


@event.listens_for(Engine, "begin")
def _begin_on_sqlite(connection: Connection) -> None:
    """A writing transaction takes the one write lock at its start (613 of 640 failed otherwise)."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def connections_max(engine: Engine) -> int:
    """How many connections one process may hold at once."""
    pool = engine.pool
    return pool.size() + pool._max_overflow if isinstance(pool, QueuePool) else 1  # noqa: SLF001
