"""Whether a server works on an instance: a copy is put back only while none does."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pointsvc.backup.errors import ServerRunning

LOCK: Final = "serving.lock"


@contextmanager
def serving(instance: Path) -> Iterator[None]:
    """Say for as long as a server runs that it does; several may. Raises ServerRunning at a restore."""
    with _locked(instance, fcntl.LOCK_SH):
        yield


@contextmanager
def nobody_serving(instance: Path) -> Iterator[None]:
    """Let no server of this instance start meanwhile. Raises ServerRunning where one runs."""
    with _locked(instance, fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(instance: Path, how: int) -> Iterator[None]:
    """The kernel lets go of the lock with the process, however that ends."""
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServerRunning from error
        yield
