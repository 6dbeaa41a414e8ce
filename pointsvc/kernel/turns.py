"""SQLite's one writer: processes and threads take turns at a file lock beside the database.

SQLite's own waiting sleeps longer the longer it has waited, up to a tenth of a second: with four
processes the unlucky wait for seconds while newcomers pass by. Here everybody looks again every half
millisecond, so that nobody is passed by for long, and a process sends one of its threads at a time. The
kernel gives the turn back when a process dies. The database's own lock stays the guard: who writes
without a turn (a copy, a tool) is waited for as before.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from pointsvc.kernel.errors import Busy

SUFFIX: Final = "-turn"
TURN_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.0005
_making: Final = threading.Lock()


@contextmanager
def turn_to_write(url: URL) -> Iterator[None]:
    """Be the one who writes; on a database that has many writers at once, at once.

    Raises:
        Busy: it was somebody else's turn for ten seconds; nothing was done.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        yield
        return
    with _making:
        door = _door(os.getpid(), f"{url.database}{SUFFIX}")
    give_up_at = time.monotonic() + TURN_SECONDS
    if not door.inside.acquire(timeout=TURN_SECONDS):
        raise Busy
    try:
        door.enter(give_up_at)
        yield
    finally:
        door.leave()


class _Door:
    """A process's way to the turn: one of its threads at a time stands at the file lock."""

    def __init__(self, path: str) -> None:
        self.inside = threading.Lock()
        self._file = Path(path).open("w")  # noqa: SIM115 - open as long as the process lives

    def enter(self, give_up_at: float) -> None:
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up_at:
                    raise Busy from None
                time.sleep(LOOK_SECONDS)
            else:
                return

    def leave(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self.inside.release()


@cache
def _door(_process: int, path: str) -> _Door:
    """One for each process: a forked child has its own, or it would share its parent's turn."""
    return _Door(path)
