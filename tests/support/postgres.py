"""A throwaway PostgreSQL cluster: made for one session, spoken to through a socket of its own.

Those of the tests keep nothing over a crash (SETTINGS), those that are crashed do (DURABLE).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psycopg

PREFIX: Final = "pointsvc-tests-pg-"
OWNER: Final = "owner.pid"
START_SECONDS_MAX: Final = 30
MEMORY: Final = Path("/dev/shm")
MEMORY_BYTES_MIN: Final = 4 * 1024**3
# What PostgreSQL itself would do, but for the doors: a commit that was answered is on the disk.
DURABLE: Final = {"listen_addresses": "", "max_connections": "200", "timezone": "UTC"}
# Nothing here outlives the session, so nothing has to reach the disk.
SETTINGS: Final = {
    **DURABLE,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
}


class Cluster:
    """A server's folder, which also holds its socket."""

    def __init__(self, folder: Path, binaries: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.binaries, self.settings = binaries, settings
        self._server: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make its files, once."""
        data = f"-D {self.folder / 'data'}"
        self._spawn(
            *f"initdb -U postgres -A trust -E UTF8 --locale=C --no-sync {data}".split()
        ).wait()

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = [part for pair in self.settings.items() for part in ("-c", "=".join(pair))]
        data, socket = str(self.folder / "data"), str(self.folder)
        server = self._spawn("postgres", "-D", data, "-k", socket, *settings)
        self._server = server
        give_up_at = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                return self.run("SELECT 1")
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > give_up_at:
                    self.stop()
                    raise AssertionError((self.folder / "log").read_text()) from None
                time.sleep(0.05)

    def stop(self) -> None:
        """As `pg_ctl stop -m immediate` does: nobody is asked, nothing is written down."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()

    def has_ended(self) -> bool:
        """Whether the server has given up by itself."""
        return self._server is not None and self._server.poll() is not None

    def _spawn(self, command: str, *words: str) -> subprocess.Popen[bytes]:
        """Run as the user `postgres` when we are root: PostgreSQL refuses that."""
        user = "postgres" if _is_root() else None
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(self.binaries / command), *words],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for pytest
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )

    def url(self, name: str) -> str:
        """The address of one of its databases, as POINTSVC_DATABASE_URL takes it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def run(self, *statements: str) -> None:
        """Run statements about databases, each by itself."""
        where = f"host={self.folder} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def _homes() -> list[Path]:
    """Where clusters may lie, the best first: each test copies a database, five times as fast in memory."""
    homes = [Path(tempfile.gettempdir())]
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN:
        homes.insert(0, MEMORY)
    return homes


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL: Debian keeps it off the PATH."""
    homes = Path("/usr/lib/postgresql").glob("*/bin")
    newest = max(homes, key=lambda home: float(home.parent.name), default=None)
    if newest is not None:
        return newest
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def cluster(
    binaries: Path, *, settings: Mapping[str, str] = SETTINGS, home: Path | None = None
) -> Iterator[Cluster]:
    """Make a cluster and start it; stop it and take it away at the end."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home or _homes()[0]))
    (folder / OWNER).write_text(str(os.getpid()))
    if _is_root():
        shutil.chown(folder, "postgres")
    made = Cluster(folder, binaries, settings)
    try:
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_root() -> bool:
    return os.geteuid() == 0


def sweep() -> None:
    """Stop and take away the clusters of sessions that were killed."""
    for folder in (found for home in _homes() for found in home.glob(f"{PREFIX}*")):
        with suppress(OSError, ValueError):
            if _is_running(int((folder / OWNER).read_text()), ""):
                continue
            with suppress(FileNotFoundError):
                lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
                if _is_running(int(lines[0]), str(folder)):
                    os.kill(int(lines[0]), signal.SIGQUIT)
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int, of: str) -> bool:
    """Whether this process lives and, where the system tells, was called with `of`."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return not of
    command = Path(f"/proc/{process}/cmdline")
    return not of or (command.exists() and of.encode() in command.read_bytes())
