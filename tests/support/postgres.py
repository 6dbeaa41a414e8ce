"""A throwaway PostgreSQL cluster: made for one session, spoken to through a socket of its own."""

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
from typing import IO, Final

import psycopg

PREFIX: Final = "pointsvc-tests-pg-"
OWNER: Final = "owner.pid"
START_SECONDS_MAX: Final = 30
MEMORY: Final = Path("/dev/shm")
MEMORY_BYTES_MIN: Final = 4 * 1024**3
# Nothing here outlives the session, so nothing has to reach the disk.
SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
    "max_connections": "200",
    "timezone": "UTC",
}


class Cluster:
    """A server's folder, which also holds its socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

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
    made = Cluster(folder)
    try:
        server = _start(made, binaries, settings)
        try:
            yield made
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(made: Cluster, binaries: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    data = str(made.folder / "data")
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    make = f"initdb -U postgres -A trust -E UTF8 --locale=C --no-sync -D {data}".split()
    serve = ["postgres", "-D", data, "-k", str(made.folder), *options]
    with (made.folder / "log").open("ab") as log:
        _spawn(binaries, make, made.folder, log).wait()
        server = _spawn(binaries, serve, made.folder, log)
    _wait_for(made, server)
    return server


def _spawn(
    binaries: Path, command: list[str], folder: Path, log: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Run as the user `postgres` when we are root: PostgreSQL refuses that."""
    user = "postgres" if _is_root() else None
    return subprocess.Popen(
        [str(binaries / command[0]), *command[1:]],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for pytest
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )


def _wait_for(made: Cluster, server: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            return made.run("SELECT 1")
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > give_up_at:
                server.kill()
                server.wait()
                raise AssertionError((made.folder / "log").read_text()) from None
            time.sleep(0.05)


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
