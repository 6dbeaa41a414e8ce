"""Faults of the database at chosen statements, raised where the driver raises them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


class Crash(Exception):
    """The work ends here, with an error that nobody expects."""


class Statements:
    """Counts the statements of an engine, and raises at the one that was chosen."""

    def __init__(self) -> None:
        self.count = 0
        self.fault: Fault | None = None
        self.at: Callable[[int], bool] = lambda _number: False
        self.is_after = False

    def execute(self, statement: str, parameters: Any, run: Callable[..., Any]) -> bool:
        """In place of the driver's own execution; True: it has been done."""
        self.count += 1
        chosen = self.fault is not None and self.at(self.count)
        if chosen and (not self.is_after or statement.startswith("BEGIN")):
            self._raise()  # after BEGIN is before the next statement
        run(statement, parameters)
        if chosen:
            self._raise()
        return True

    def _raise(self) -> None:
        assert self.fault is not None
        raise self.fault()


@contextmanager
def statements(engine: Engine) -> Iterator[Statements]:
    """Watch the statements of `engine` while the block runs."""
    watched = Statements()

    def one(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
        return watched.execute(statement, parameters, cursor.execute)

    def many(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
        return watched.execute(statement, parameters, cursor.executemany)

    event.listen(engine, "do_execute", one)
    event.listen(engine, "do_executemany", many)
    try:
        yield watched
    finally:
        event.remove(engine, "do_execute", one)
        event.remove(engine, "do_executemany", many)
