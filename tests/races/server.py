"""A real `pointsvc serve` with two workers, which can be killed with everything that it started."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

READY_SECONDS_MAX = 60


@dataclass
class Server:
    """Serves the database of `environment` on a free port of the loopback."""

    environment: Mapping[str, str]
    log: Path
    port: int = 0
    kills: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a process group of its own, and wait until it answers."""
        self.port = self.port or _free_port()
        command = [sys.executable, "-m", "pointsvc", "serve", "--port", str(self.port)]
        settings = {"POINTSVC_WORKERS": "2", "POINTSVC_LOG_LEVEL": "WARNING"}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env=dict(os.environ) | dict(self.environment) | settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        give_up_at = time.monotonic() + READY_SECONDS_MAX
        while not self._is_ready():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < give_up_at, self.log.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to the master, its workers and the jobs beside them."""
        self._signal(signal.SIGKILL)
        self.kills += 1

    def stop(self) -> None:
        """Let it end by itself; what is left after that is killed."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        self._process.wait()

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
