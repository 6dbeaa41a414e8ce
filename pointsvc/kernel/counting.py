"""Counters that are true across the processes of a server: workers and jobs write, a scrape adds up.

Each process keeps its numbers in a file of its own in one folder (prometheus-client's multiprocess
mode); whoever is asked reads them all. Without a folder (tests, commands) a process has its own.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_STOPPING: Final = "stopping"
_LIVE: Final = re.compile(r"gauge_live\w+_(\d+)\.db")


@contextmanager
def counting_together() -> Iterator[None]:
    """Let this process and those that it starts meanwhile count in one folder, which then goes."""
    with tempfile.TemporaryDirectory(prefix="pointsvc-counters-") as folder:
        os.environ[FOLDER] = folder
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            del os.environ[FOLDER]
            values.ValueClass = values.MutexValue


def say_stopping() -> None:
    """Tell the workers that the server has been told to stop."""
    folder = os.environ.get(FOLDER)
    if folder:
        (Path(folder) / _STOPPING).touch()


def is_stopping() -> bool:
    """Whether the server that this process works for has been told to stop."""
    folder = os.environ.get(FOLDER)
    return bool(folder) and (Path(str(folder)) / _STOPPING).exists()


def counted() -> bytes:
    """The counters of all processes in Prometheus' text."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return generate_latest(REGISTRY)
    _forget_dead(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_dead(folder: Path) -> None:
    """What a process held when it died it holds no more; what it counted stays counted."""
    for process in {found[1] for file in folder.iterdir() if (found := _LIVE.match(file.name))}:
        if not _lives(int(process)):
            mark_process_dead(int(process), str(folder))  # type: ignore[no-untyped-call]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
