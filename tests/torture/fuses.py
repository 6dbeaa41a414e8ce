"""Failpoints in a process that runs the product: who takes the fuse dies at the statement it names.

A fuse is a file that the tormentor lays into a folder, one at a time. The next writing transaction
of a process of its kind takes it away (one alone can) and acts at the statement with its number,
before or after it, or at the COMMIT where there are fewer; what was done, and where, is written to
`blown` first. A transaction that is rolled back meanwhile lays the fuse down again.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from flask import has_request_context, request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

from pointsvc.extensions import writing

FOLDER: Final = "TORTURE_FOLDER"
PROCESS: Final = "TORTURE_PROCESS"
HANG_SECONDS: Final = 60
STATEMENT_SIGNS: Final = 40
COMMIT: Final = "COMMIT"


@dataclass(frozen=True)
class Fuse:
    """What happens at which statement: `kill`, `hang`, `cut` or `error`; `spared` come by before."""

    id: int
    deed: str
    number: int
    is_after: bool
    spared: int = 0


class Box:
    """The folder in which fuses are laid down, taken, and reported as blown."""

    def __init__(self, folder: Path, process: str) -> None:
        self.laid = folder / f"fuse-{process}"
        self.blown = folder / "blown"

    def lay(self, fuse: Fuse) -> None:
        """For the next who comes by."""
        under_way = self.laid.with_suffix(".new")
        under_way.write_text(json.dumps(asdict(fuse)))
        under_way.rename(self.laid)

    def take(self) -> Fuse | None:
        """The fuse that lies there, for one alone."""
        taken = self.laid.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            self.laid.rename(taken)
        except FileNotFoundError:
            return None
        fuse = Fuse(**json.loads(taken.read_text()))
        taken.unlink()
        return fuse

    def clear(self) -> None:
        """Nobody is to take it any more."""
        with suppress(FileNotFoundError):
            self.laid.unlink()

    def report(self, fuse: Fuse, statement: str, count: int) -> None:
        """One line, written whole before anything happens."""
        where = request.path if has_request_context() else "jobs"
        line = {
            "id": fuse.id,
            "pid": os.getpid(),
            "at": statement.split("VALUES", maxsplit=1)[0][:STATEMENT_SIGNS],
            "count": count,
            "deed": fuse.deed,
            "is_after": fuse.is_after,
            "where": where.split("/")[3] if where.startswith("/api/v1/") else where,
        }
        with self.blown.open("ab", buffering=0) as blown:
            blown.write(f"{json.dumps(line)}\n".encode())

    def reports(self) -> list[dict[str, Any]]:
        """What has blown so far."""
        if not self.blown.exists():
            return []
        return [json.loads(line) for line in self.blown.read_bytes().splitlines()]


class Fuses(threading.local):
    """The fuse of this thread's transaction, and the statements that it has sent."""

    fuse: Fuse | None = None
    count: int = 0


class Failpoints:
    """Stands between SQLAlchemy and the driver, in every engine of this process."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.mine = Fuses()

    def install(self) -> None:
        """From now on."""
        event.listen(Engine, "begin", self._begin)
        event.listen(Engine, "rollback", self._rollback)
        event.listen(Engine, "do_execute", self._one)
        event.listen(Engine, "do_executemany", self._many)
        commit = DefaultDialect.do_commit

        def watched(dialect: Any, connection: Any) -> None:
            driver = connection.driver_connection
            self._around(COMMIT, driver, lambda: commit(dialect, connection))  # type: ignore[no-untyped-call]

        DefaultDialect.do_commit = watched  # type: ignore[method-assign]

    def _begin(self, _connection: Connection) -> None:
        fuse = self.box.take() if writing.get() else None
        if fuse is not None and fuse.spared:
            self.box.lay(replace(fuse, spared=fuse.spared - 1))
            fuse = None
        self.mine.fuse, self.mine.count = fuse, 0

    def _rollback(self, _connection: Connection) -> None:
        if self.mine.fuse is not None:
            self.box.lay(self.mine.fuse)
            self.mine.fuse = None

    def _one(self, cursor: Any, statement: str, values: Any, _context: Any) -> bool:
        self._around(statement, cursor.connection, lambda: cursor.execute(statement, values))
        return True

    def _many(self, cursor: Any, statement: str, values: Any, _context: Any) -> bool:
        self._around(statement, cursor.connection, lambda: cursor.executemany(statement, values))
        return True

    def _around(self, statement: str, connection: Any, run: Callable[[], object]) -> None:
        fuse = self.mine.fuse
        self.mine.count += 1
        if fuse is None or (self.mine.count < fuse.number and statement != COMMIT):
            run()
            return
        self.mine.fuse = None
        self.box.report(fuse, statement, self.mine.count)
        if not fuse.is_after:
            _act(fuse.deed, connection)
        elif fuse.deed == "cut" and hasattr(connection, "fileno"):
            _cut(connection, socket.SHUT_RD)  # it is carried out, and the answer does not arrive
        run()
        if fuse.is_after:
            _act(fuse.deed, connection)


def _act(deed: str, connection: Any) -> None:
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif deed == "hang":
        time.sleep(HANG_SECONDS)
    elif deed == "cut":
        _cut(connection, socket.SHUT_RDWR)
    else:
        raise RuntimeError("an error that nobody expects")


def _cut(connection: Any, how: int) -> None:
    """The line to PostgreSQL is dead, as by a pulled cable; SQLite's disk is."""
    if isinstance(connection, sqlite3.Connection):
        raise sqlite3.OperationalError("disk I/O error")
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(how)


def install_from_environment() -> None:
    """Where the tormentor has named its folder."""
    if folder := os.environ.get(FOLDER):
        Failpoints(Box(Path(folder), os.environ.get(PROCESS, "worker"))).install()
