"""Faults of the database at chosen statements and commits, raised where the driver raises them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import Engine, event

Fault = Callable[[], BaseException]

# What makes trying again worth while, on each engine.
PASSING: dict[str, dict[str, Fault]] = {
    "sqlite": {
        "busy": lambda: sqlite3.OperationalError("database is locked"),
        "unique": lambda: sqlite3.IntegrityError("UNIQUE constraint failed: outcomes.key"),
    },
    "postgresql": {
        "deadlock": lambda: psycopg.errors.DeadlockDetected("deadlock detected"),
        "serialization": lambda: psycopg.errors.SerializationFailure("could not serialize"),
        "lock time-out": lambda: psycopg.errors.LockNotAvailable("lock timeout"),
        "unique": lambda: psycopg.errors.UniqueViolation("duplicate key"),
        "shutdown": lambda: psycopg.errors.AdminShutdown("terminating connection"),
    },
}


# What a driver raises when the disk or the server is gone; see `Statements.cuts`.
LOST: dict[str, Fault] = {
    "sqlite": lambda: sqlite3.OperationalError("disk I/O error"),
    "postgresql": lambda: psycopg.OperationalError("server closed the connection unexpectedly"),
}


class Crash(Exception):
    """The work ends here, with an error that nobody expects."""


class Statements:
    """Counts the statements and commits of an engine, and raises at the one that was chosen."""

    def __init__(self) -> None:
        self.count = 0
        self.commits: list[int] = []  # the numbers of those that were carried out
        self.fault: Fault | None = None
        self.at: Callable[[int], bool] = lambda _number: False
        self.is_after = False
        self.cuts = False  # the connection is closed with it

    def execute(self, cursor: Any, run: Callable[..., Any], statement: str, values: Any) -> bool:
        """In place of the driver's own execution; True: it has been done."""
        chosen = self._is_chosen()
        if chosen and (not self.is_after or statement.startswith("BEGIN")):
            self._raise(cursor.connection)  # after BEGIN is before the next statement
        run(statement, values)
        if chosen:
            self._raise(cursor.connection)
        return True

    def commit(self, run: Callable[[Any], None], connection: Any) -> None:
        """In place of the driver's own COMMIT, which has a number like a statement."""
        chosen = self._is_chosen()
        if chosen and not self.is_after:
            self._raise(connection.driver_connection)
        run(connection)
        self.commits.append(self.count)
        if chosen:
            self._raise(connection.driver_connection)

    def _is_chosen(self) -> bool:
        self.count += 1
        return self.fault is not None and self.at(self.count)

    def _raise(self, connection: Any) -> None:
        assert self.fault is not None
        if self.cuts:
            connection.close()
        raise self.fault()


@contextmanager
def statements(engine: Engine) -> Iterator[Statements]:
    """Watch the statements of `engine` while the block runs."""
    watched = Statements()
    commit = engine.dialect.do_commit

    def one(cursor: Any, statement: str, values: Any, _context: Any) -> bool:
        return watched.execute(cursor, cursor.execute, statement, values)

    def many(cursor: Any, statement: str, values: Any, _context: Any) -> bool:
        return watched.execute(cursor, cursor.executemany, statement, values)

    event.listen(engine, "do_execute", one)
    event.listen(engine, "do_executemany", many)
    vars(engine.dialect)["do_commit"] = partial(watched.commit, commit)  # has no event of its own
    try:
        yield watched
    finally:
        event.remove(engine, "do_execute", one)
        event.remove(engine, "do_executemany", many)
        del vars(engine.dialect)["do_commit"]
