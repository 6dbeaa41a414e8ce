"""A real `pointsvc serve`, failpoints in it, which can be killed whole or worker by worker."""

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
from typing import Final

from tests.support.commands import bare
from tests.torture.fuses import FOLDER, PROCESS

READY_SECONDS_MAX: Final = 180
LAUNCHER: Final = (sys.executable, "-m", "tests.torture.launcher")


@dataclass
class Server:
    """Serves the database of `environment` on a free port of the loopback."""

    environment: Mapping[str, str]
    folder: Path
    workers: int = 3
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """What it said."""
        return self.folder / "server.log"

    def start(self) -> None:
        """Start it in a process group of its own, and wait until it answers."""
        self.port = self.port or _free_port()
        self._process = self.launch("serve", "--port", str(self.port), "--no-jobs")
        give_up_at = time.monotonic() + READY_SECONDS_MAX
        while not self._is_ready():
            assert self._process.poll() is None, self.log.read_text()[-4000:]
            assert time.monotonic() < give_up_at, self.log.read_text()[-4000:]
            time.sleep(0.03)

    def launch(self, *words: str, process: str = "worker") -> subprocess.Popen[bytes]:
        """A command of the product in which fuses for this kind of process blow."""
        settings = {
            "POINTSVC_WORKERS": str(self.workers),
            "POINTSVC_LOG_LEVEL": "ERROR",
            FOLDER: str(self.folder),
            PROCESS: process,
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*LAUNCHER, *words],
                env=bare(self.environment) | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def worker_ids(self) -> list[int]:
        """The processes of the workers, as the kernel knows them."""
        assert self._process is not None
        master = self._process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [int(each) for each in children.split()]

    def kill(self) -> None:
        """SIGKILL to the master and its workers."""
        self._signal(signal.SIGKILL)

    def has_ended(self) -> bool:
        """Whether it is gone, unasked."""
        return self._process is not None and self._process.poll() is not None

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
            connection.request("GET", "/healthz")
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
