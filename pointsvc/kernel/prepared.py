"""Statements that are built once: a hot path pays for asking, not for saying the question anew.

Building a statement with SQLAlchemy costs as much as running it. What is said with `prepared` is built
at its first use for each engine, names tables' columns instead of models' (rows, not objects), and
takes its values by name. `fetch` and `run` bring what the session has not written yet before it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Table,
    any_,
    bindparam,
    type_coerce,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from pointsvc.extensions import Base, db
from pointsvc.kernel import direct
from pointsvc.kernel.arrays import ArrayText

S = TypeVar("S", bound=Executable)


class Found(Protocol):
    """A row: its columns by name, or in their order."""

    def __getattr__(self, name: str) -> Any:
        """A column."""

    def __getitem__(self, place: Any) -> Any:
        """A column, or a slice of them."""

    def __iter__(self) -> Iterator[Any]:
        """The columns."""

    def _asdict(self) -> dict[str, Any]: ...


class Among(Protocol):
    """Says that a column's value is one of the list that comes under this name."""

    def __call__(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """The condition: one array on PostgreSQL, so that every such statement is the same."""


def prepared(build: Callable[[Among], S]) -> Callable[[], S]:
    """Build the statement once for each engine."""
    built = cache(lambda engine: build(_in_array if engine == "postgresql" else _in_list))
    return lambda: built(engine_name())


def run(
    statement: Executable, given: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> Sequence[Found]:
    """Run a statement in the session's transaction, after what the session still had to write.

    Returns its rows, if it has any.
    """
    session = db.session()
    connection = session.connection()
    if session.new or session.dirty or session.deleted:
        session.flush()
    return _send(connection, statement, given)


def fetch(statement: Executable, **given: Any) -> Sequence[Found]:
    """All rows of a prepared statement."""
    return run(statement, given)


@contextmanager
def posting() -> Iterator[None]:
    """Do not wait for each of the statements in here that bring no rows back, where the engine can.

    What is wrong with one of them is raised at the next question, or at the end.
    """
    with direct.posting(db.session().connection()):
        yield


def fetch_alone(statement: Executable, **given: Any) -> Sequence[Found]:
    """All rows of one statement on a connection of its own, outside every transaction.

    One trip to the server, where a session takes three. A connection that the server has dropped
    meanwhile is replaced, and the statement sent once more: it only reads.
    """
    try:
        return _read(statement, given)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        return _read(statement, given)


def _read(statement: Executable, given: dict[str, Any]) -> Sequence[Found]:
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        return _send(connection, statement, given)


def _send(
    connection: Connection,
    statement: Executable,
    given: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None,
) -> Sequence[Found]:
    if given is not None and direct.can_send(connection, statement):
        return direct.send(connection, statement, given)
    result = connection.execute(statement, given)
    return cast("Sequence[Found]", result.all()) if result.returns_rows else []


def table_of(model: type[Base]) -> Table:
    """The model's table: for statements that want rows and no objects."""
    return cast("Table", model.__table__)


def engine_name() -> str:
    """`sqlite` or `postgresql`."""
    name: str = current_app.extensions[
        "engine_name"
    ]  # asked so often that a session takes too long
    return name


def _in_array(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    given = bindparam(name, type_=ArrayText(column.type))
    return column == any_(type_coerce(given, postgresql.ARRAY(column.type)))


def _in_list(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True))
