"""The periodic jobs beside a server: a process of their own, started again when it dies."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

JOB_SECONDS: Final = 60
FIRST_SECONDS: Final = 2.0  # who serves comes first: a start keeps every core busy
AGAIN_SECONDS: Final = 5
STOP_SECONDS: Final = 10
COMMAND: Final = (sys.executable, "-m", "pointsvc", "jobs", "run-due", "--every", str(JOB_SECONDS))


@contextmanager
def jobs_beside(*, enabled: bool) -> Iterator[Callable[[], None]]:
    """Keep the jobs running meanwhile; their own process, so that none holds up a request.

    Yields what starts them anew: with the settings and keys of that moment.
    """
    if not enabled:
        yield lambda: None
        return
    keeper = _Keeper()
    thread = threading.Thread(target=keeper.keep, name="jobs")
    thread.start()
    try:
        yield keeper.renew
    finally:
        keeper.stop()
        thread.join()


class _Keeper:
    """Starts the process, waits for its end, and starts it again until it is told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._renewing = threading.Event()
        self._runner: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Until `stop`: without jobs nothing expires, no day is sealed, no stay is closed."""
        pause = FIRST_SECONDS
        while not self._stopping.wait(pause):
            self._runner = self._start()
            if self._stopping.is_set():
                self._runner.terminate()
            code = self._runner.wait()
            is_meant = self._stopping.is_set() or self._renewing.is_set()
            pause = 0.0 if is_meant else AGAIN_SECONDS
            if not is_meant:
                structlog.get_logger().error("jobs ended", code=code, again_in_seconds=pause)
            self._renewing.clear()

    def renew(self) -> None:
        """End the process, so that it starts at once with the keys of now."""
        if self._runner is not None:
            self._renewing.set()
            self._runner.terminate()

    def stop(self) -> None:
        """End the process, by force when it takes too long."""
        self._stopping.set()
        if self._runner is None:
            return
        self._runner.terminate()
        try:
            self._runner.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._runner.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(COMMAND, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
