"""A throwaway PostgreSQL that keeps its promises (fsync on, a real disk), and pgbench on it.

Settings are the package's own except for the number of connections.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from bench.figures import Reading
from tests.support import postgres
from tests.support.postgres import Cluster

HERE: Final = Path(__file__).parent
SETTINGS: Final = {"listen_addresses": "", "max_connections": "200", "timezone": "UTC"}
LIMIT_DATABASE: Final = "limit"
IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})


class NoDisk(Exception):
    """The folder lies in memory, where a flush costs nothing."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running cluster."""

    cluster: Cluster
    binaries: Path
    process: int

    def make(self, name: str) -> str:
        """An empty database; its address."""
        self.cluster.run(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"'
        )
        return self.cluster.url(name)

    def connect(self, name: str) -> psycopg.Connection:
        """A connection of one's own."""
        where = f"host={self.cluster.folder} user=postgres dbname={name}"
        return psycopg.connect(where, autocommit=True)

    def settle(self) -> None:
        """Write out what waits, so that no round pays for the one before."""
        self.cluster.run("CHECKPOINT")

    def version(self) -> str:
        """As it says it."""
        with self.connect("postgres") as connection:
            [said] = connection.execute("SHOW server_version").fetchone() or ("?",)
        return str(said)

    def lay_limit(self) -> None:
        """The tables of L and L′."""
        self.make(LIMIT_DATABASE)
        self._client("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", "limit-schema.sql")

    def limit(self, script: str, seconds: float, clients: int = 32) -> Reading:
        """Transactions/s of a limit script: prepared, two threads."""
        self.settle()
        options = f"-n -M prepared -c {clients} -j 2 -T {max(1, round(seconds))} -f {script}"
        said = self._client("pgbench", *options.split())
        found = re.search(r"tps = ([\d.]+)", said)
        late = re.search(r"latency average = ([\d.]+)", said)
        assert found, said
        assert late, said
        return Reading(float(found[1]), {"mean_ms": float(late[1])})

    def _client(self, program: str, *arguments: str) -> str:
        where = ["-h", str(self.cluster.folder), "-U", "postgres"]
        command = [str(self.binaries / program), *where, *arguments, LIMIT_DATABASE]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running(home: Path | None = None) -> Iterator[Server]:
    """A cluster on a disk. Raises NoDisk."""
    home = home or Path(tempfile.gettempdir())
    if file_system(home) in IN_MEMORY:
        raise NoDisk(home)
    binaries = postgres.find_binaries()
    assert binaries, "PostgreSQL is missing: apt-get install postgresql"
    with postgres.cluster(binaries, settings=SETTINGS, home=home) as cluster:
        first = (cluster.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
        yield Server(cluster, binaries, int(first))


def file_system(folder: Path) -> str:
    """The kind of file system that a folder lies on."""
    folder, best = folder.resolve(), (Path("/"), "?")
    for line in Path("/proc/mounts").read_text().splitlines():
        _device, point, kind, *_ = line.split()
        if folder.is_relative_to(point) and len(Path(point).parts) >= len(best[0].parts):
            best = Path(point), kind
    return best[1]
