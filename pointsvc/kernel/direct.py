"""PostgreSQL's driver with nothing in between, for statements that are built once and sent often.

SQLAlchemy compiles them and knows how their values travel. What it does besides at each sending (a
context, a compiled key, a description of the result) takes longer than the driver and the server
together. Its connection, pool, transaction and errors stay. Whoever listens to what is sent (a test that
counts, one that fails between two statements) has the ordinary way; so has SQLite, whose driver is quick.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Select
from sqlalchemy.exc import DBAPIError

Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A statement as the driver takes it.

    Attributes:
        text: with %(name)s for each value.
        fixed: values that are part of the statement.
        binds: how a value of a name is sent, where not as it is.
        make: a row out of a tuple; None when nothing comes back.
        reads: how a column is read, by place, where not as it comes.
        is_whole: whether SQLAlchemy would add nothing at each sending.
    """

    text: str
    fixed: dict[str, Any]
    binds: dict[str, Process]
    make: Callable[[Sequence[Any]], Any] | None
    reads: tuple[tuple[int, Process], ...]
    is_whole: bool

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent."""
        sent = {**self.fixed, **given}
        for name, process in self.binds.items():
            sent[name] = process(sent[name])
        return sent

    def row(self, found: tuple[Any, ...]) -> Any:
        """What came."""
        assert self.make is not None
        if not self.reads:
            return self.make(found)
        values = list(found)
        for place, process in self.reads:
            values[place] = process(values[place])
        return self.make(values)


def can_send(connection: Connection, statement: Executable) -> bool:
    """Whether it may go the short way: to PostgreSQL, nobody listening, no column left to a default."""
    dialect = connection.dialect
    if dialect.name != "postgresql":
        return False
    if connection.dispatch.before_cursor_execute or dialect.dispatch.do_execute:
        return False
    return spoken(statement, dialect).is_whole


def send(connection: Connection, statement: Executable, given: Mapping[str, Any]) -> list[Any]:
    """Run the statement in the connection's transaction; its rows, as named tuples.

    Raises DBAPIError as SQLAlchemy does; a connection that was lost is given up.
    """
    said = spoken(statement, connection.dialect)
    raw: Any = connection.connection.driver_connection
    try:
        cursor = raw.execute(said.text, said.values(given))
        return [said.row(found) for found in cursor.fetchall()] if said.make else []
    except raw.Error as error:
        is_lost = connection.dialect.is_disconnect(error, raw, None)
        if is_lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            said.text,
            None,
            error,
            raw.Error,
            hide_parameters=True,
            connection_invalidated=is_lost,
            dialect=connection.dialect,
        ) from error


def spoken(statement: Executable, dialect: Dialect) -> Spoken:
    """Compile the statement, once."""
    return _spoken(_Key(statement, dialect))


class _Key:
    """A statement; the dialect says how and is the same for all of one database."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        self.statement = statement
        self.dialect = dialect

    def __hash__(self) -> int:
        return id(self.statement)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.statement is self.statement


@cache
def _spoken(key: _Key) -> Spoken:
    statement, dialect = key.statement, key.dialect
    compiled = statement.compile(dialect=dialect)
    asked = {name: bind for bind, name in compiled.bind_names.items() if bind.required}
    binds = {
        name: process
        for name, bind in asked.items()
        if (process := bind.type.dialect_impl(dialect).bind_processor(dialect))
    }
    every = compiled.construct_params(dict.fromkeys(asked))
    fixed = {name: value for name, value in every.items() if name not in asked}
    columns = list(statement.exported_columns) if _answers(statement) else []
    reads = tuple(
        (place, process)
        for place, each in enumerate(columns)
        if (process := each.type.dialect_impl(dialect).result_processor(dialect, None))
    )
    later = compiled.insert_prefetch, compiled.update_prefetch, compiled.post_compile_params
    row: Any = namedtuple("Found", [each.key or "_" for each in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024
    make = row._make if columns else None
    return Spoken(compiled.string, fixed, binds, make, reads, not any(later))


def _answers(statement: Any) -> bool:
    return isinstance(statement, Select) or bool(statement.returning_column_descriptions)
