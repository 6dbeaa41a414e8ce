"""The database's driver with nothing in between, for statements that are built once and sent often.

SQLAlchemy compiles them and knows how their values travel. What it does besides at each sending (a
context, a compiled key, a description of the result) takes longer than the driver and the server
together. Its connection, pool, transaction and errors stay. Whoever listens to what is sent (a test that
counts, one that fails between two statements) has the ordinary way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Executable, event
from sqlalchemy.exc import DBAPIError

from pointsvc.kernel.spoken import Spoken, spoken, with_places
from pointsvc.kernel.wires import Wire

Given = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def can_send(connection: Connection, statement: Executable) -> bool:
    """Whether it may go the short way: nobody listening, no column left to a default."""
    dialect = connection.dialect
    if connection.dispatch.before_cursor_execute or dialect.dispatch.do_execute:
        return False
    return spoken(statement, dialect).is_whole


def send(connection: Connection, statement: Executable, given: Given) -> list[Any]:
    """Run the statement in the connection's transaction; its rows, as named tuples.

    Several values run it once for each. On PostgreSQL, what brings no rows back is only posted while
    `posting`.

    Raises DBAPIError as SQLAlchemy does; a connection that was lost is given up.
    """
    said = spoken(statement, connection.dialect)
    each = [given] if isinstance(given, Mapping) else given
    with _driver_errors(connection, said.text):
        if connection.dialect.name == "sqlite":
            return _on_sqlite(connection, statement, said, each)
        wire = _wire(connection)
        return [row for one in each for row in _on_wire(wire, said, one)]


@contextmanager
def posting(connection: Connection) -> Iterator[None]:
    """Do not wait for each of the statements in here that bring nothing back.

    What is wrong with one of them is raised at the next question, or at the end.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    with _driver_errors(connection, "posting"):
        wire = _wire(connection)
    wire.is_posting = True
    try:
        yield
        with _driver_errors(connection, "posted"):
            wire.settle()
    finally:
        wire.is_posting = False
        wire.abandon()


@event.listens_for(Engine, "before_execute")
def _settle(connection: Connection, *_what: Any) -> None:
    """Wait for what was posted, before a statement goes the ordinary way on the same connection."""
    wire = connection.info.get(Wire)
    if wire is not None and wire.is_posting:
        with _driver_errors(connection, "posted"):
            wire.settle()


def _on_sqlite(
    connection: Connection, statement: Executable, said: Spoken, given: Sequence[Mapping[str, Any]]
) -> list[Any]:
    raw: Any = connection.connection.driver_connection
    if said.lists:
        said = with_places(statement, connection.dialect, said, given[0])
    if said.make is None:
        raw.executemany(said.text, map(said.values, given))
        return []
    return [said.row(row) for one in given for row in raw.execute(said.text, said.values(one))]


def _on_wire(wire: Wire, said: Spoken, given: Mapping[str, Any]) -> list[Any]:
    values = said.values(given)
    if said.make is None and wire.is_posting:
        wire.post(said.text, values)
        return []
    return wire.ask(said.text, values, said.row if said.make else None)


def _wire(connection: Connection) -> Wire:
    """One for each of the driver's connections."""
    raw: Any = connection.connection.driver_connection
    wire = connection.info.get(Wire)
    if wire is None or wire.raw is not raw:
        wire = connection.info[Wire] = Wire(raw)
    return wire


@contextmanager
def _driver_errors(connection: Connection, text: str) -> Iterator[None]:
    """The driver's errors as SQLAlchemy's."""
    raw: Any = connection.connection.driver_connection
    try:
        yield
    except raw.Error as error:
        is_lost = connection.dialect.is_disconnect(error, raw, None)
        if is_lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            text,
            None,
            error,
            raw.Error,
            hide_parameters=True,
            connection_invalidated=is_lost,
            dialect=connection.dialect,
        ) from error
