"""Ways to hurt a running server: each is done once when it is called, and says what it did."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psycopg

from tests.torture.fuses import Fuse
from tests.torture.stage import Stage

STATEMENTS_MAX: Final = 45
AT_COMMIT: Final = 1000  # beyond the longest deed
COMMITS: Final = 0.25  # of all failpoints
BLOWN_SECONDS_MAX: Final = 6
FULL_SECONDS: Final = 1.0
JOB_TRANSACTIONS: Final = 16  # of a run that has three wallets to expire, leases with them
KILLS: Final = frozenset(
    {"failpoint", "worker", "hanging worker", "server", "database", "backend", "jobs"}
)


class Tormentor:
    """Chooses a way by its weight and does it; `done` counts them."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.ended_unasked = 0
        self._fuses = 0
        self._job: subprocess.Popen[bytes] | None = None
        self._ways = dict(self._possible())

    def _possible(self) -> list[tuple[Callable[[], str | None], int]]:
        ways: list[tuple[Callable[[], str | None], int]] = [
            (self._failpoint, 60),
            (self._worker, 14),
            (self._hanging, 4),
            (self._server, 5),
            (self._jobs, 6),
            (self._cut, 5),
            (self._error, 3),
        ]
        if self.stage.cluster is not None:
            ways += [(self._database, 3), (self._backend, 3), (self._cut_all, 2)]
        if self.stage.disk.can_fill:
            ways += [(self._full_disk, 2)]
        return ways

    @property
    def kills(self) -> int:
        """How many processes' ends this was."""
        return sum(self.done[kind] for kind in KILLS)

    def torment(self) -> None:
        """Do something, and see to it that there is something to torment again."""
        [way] = self.random.choices(list(self._ways), list(self._ways.values()))
        done = way()
        if done is not None:
            self.done[done] += 1
        self.revive()

    def revive(self) -> None:
        """What has ended is started again."""
        if self.stage.cluster is not None and self.stage.cluster.has_ended():
            self.ended_unasked += 1
            self.stage.cluster.start()
        if self.stage.server.has_ended():
            self.ended_unasked += 1
            self.stage.server.start()

    def _failpoint(self) -> str | None:
        return "failpoint" if self._blow("kill") else None

    def _cut(self) -> str | None:
        return "cut at a failpoint" if self._blow("cut") else None

    def _error(self) -> str | None:
        return "error at a failpoint" if self._blow("error") else None

    def _hanging(self) -> str | None:
        """It holds its locks; now and then so long that clients ask elsewhere with the same key."""
        pid = self._blow("hang")
        if pid is None:
            return None
        time.sleep(4.5 if self.random.random() < 0.1 else self.random.uniform(0.05, 0.5))
        return "hanging worker" if _kill(pid) else None

    def _worker(self) -> str | None:
        """At whatever it does."""
        time.sleep(self.random.uniform(0, 0.05))
        ids = self.stage.server.worker_ids()
        return "worker" if ids and _kill(self.random.choice(ids)) else None

    def _server(self) -> str:
        self.stage.server.kill()
        self.stage.server.start()
        return "server"

    def _database(self) -> str:
        """As `pg_ctl stop -m immediate`: it recovers from its log."""
        assert self.stage.cluster is not None
        self.stage.cluster.stop()
        time.sleep(self.random.uniform(0, 0.3))
        self.stage.cluster.start()
        return "database"

    def _backend(self) -> str | None:
        """SIGKILL to one of PostgreSQL's processes, upon which it ends all others and recovers."""
        ids = self._backends()
        return "backend" if ids and _kill(self.random.choice(ids)) else None

    def _cut_all(self) -> str:
        self._asked(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'tests' AND pid <> pg_backend_pid()"
        )
        return "all connections cut"

    def _backends(self) -> list[int]:
        return self._asked(
            "SELECT pid FROM pg_stat_activity WHERE datname = 'tests'"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def _asked(self, query: str) -> list[int]:
        """Of PostgreSQL; nothing while it is away."""
        assert self.stage.cluster is not None
        where = f"host={self.stage.cluster.folder} user=postgres dbname=postgres"
        with suppress(psycopg.OperationalError), psycopg.connect(where, autocommit=True) as asking:
            return [row[0] for row in asking.execute(query.encode()).fetchall()]
        return []

    def _full_disk(self) -> str:
        self.stage.disk.fill()
        time.sleep(FULL_SECONDS)
        self.stage.disk.empty()
        return "full disk"

    def _jobs(self) -> str | None:
        """The expiry run dies at one of its statements; it runs beside the next torments."""
        if self._job is not None and self._job.poll() is None:
            return None
        died = self._job is not None and self._job.returncode == -signal.SIGKILL
        self.feed_jobs()
        return "jobs" if died else None

    def feed_jobs(self) -> None:
        """Something to expire, a fuse, and a run that finds both."""
        self.wait_for_database()
        self.stage.feed()
        spared = self.random.randrange(JOB_TRANSACTIONS)
        self.stage.boxes["jobs"].lay(self._fuse("kill", spared))
        self._job = self.stage.server.launch("jobs", "run-due", process="jobs")

    def finish_jobs(self) -> None:
        """The last run is left in peace, and what it expired is written down."""
        if self._job is not None:
            self._job.wait()
            self.done["jobs"] += self._job.returncode == -signal.SIGKILL
        self.stage.boxes["jobs"].clear()
        self.wait_for_database()
        self.stage.feed()
        done = self.stage.server.launch("jobs", "run-due", process="peace").wait()
        assert done == 0, self.stage.server.log.read_text()[-4000:]
        for owner, points in self.stage.expiring.items():
            self.stage.tell("expire", owner, points)

    def wait_for_database(self) -> None:
        """Until PostgreSQL has recovered."""
        while self.stage.cluster is not None:
            self.revive()
            try:
                self.stage.cluster.run("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                break

    def _blow(self, deed: str) -> int | None:
        """Lay a fuse, and wait until it blows; in which process it did."""
        box, fuse = self.stage.boxes["worker"], self._fuse(deed)
        box.lay(fuse)
        give_up_at = time.monotonic() + BLOWN_SECONDS_MAX
        while time.monotonic() < give_up_at:
            for report in reversed(box.reports()[-3:]):
                if report["id"] == fuse.id:
                    return int(report["pid"])
            time.sleep(0.005)
        box.clear()
        return None

    def _fuse(self, deed: str, spared: int = 0) -> Fuse:
        self._fuses += 1
        is_last = self.random.random() < COMMITS
        number = AT_COMMIT if is_last else self.random.randint(1, STATEMENTS_MAX)
        return Fuse(self._fuses, deed, number, self.random.random() < 0.5, spared)


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
