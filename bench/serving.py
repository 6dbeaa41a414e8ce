"""The product under test, as an operator runs it: `pointsvc serve` with its two workers and jobs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.community import PUBLIC_URL

START_SECONDS_MAX: Final = 60
STOP_SECONDS_MAX: Final = 20
PAUSE_SECONDS: Final = 0.005


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, which process tree it is, how long it took to be ready."""

    port: int
    process: int
    ready_seconds: float


@contextmanager
def served(instance: Path, database_url: str, *, workers: int = 2) -> Iterator[Served]:
    """Start it, wait until it is ready, stop it at the end."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if "POINTSVC" not in name} | {
        "POINTSVC_INSTANCE": str(instance),
        "POINTSVC_DATABASE_URL": database_url,
        "POINTSVC_PUBLIC_URL": PUBLIC_URL,
        "POINTSVC_WORKERS": str(workers),
        "POINTSVC_LOG_LEVEL": "WARNING",
        "PYTHONPYCACHEPREFIX": str(instance / "compiled"),  # as pip leaves an installed package
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pointsvc", "serve", "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_for(process, port)
        yield Served(port, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS_MAX)


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    give_up_at = time.monotonic() + START_SECONDS_MAX
    while not _is_ready(port):
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < give_up_at, "the server is not ready"
        time.sleep(PAUSE_SECONDS)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, ConnectionError):
        return False
