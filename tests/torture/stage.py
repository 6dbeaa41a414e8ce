"""All that is tortured together: a disk, a database, a server on it, and the scene in its books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.support import postgres
from tests.support.databases import SECRET_KEY, PostgresStore, Stand, stand
from tests.support.postgres import Cluster
from tests.torture.disk import Disk, small_disk
from tests.torture.fuses import Box
from tests.torture.scene import PRICES, START, Scene, give, set_scene
from tests.torture.server import Server

SETTINGS: Final = {**postgres.DURABLE, "max_wal_size": "128MB"}
# It answers first and writes later: what was acknowledged is lost when it is killed.
FORGETFUL: Final = {
    **SETTINGS,
    "synchronous_commit": "off",
    "wal_writer_delay": "10s",
    "bgwriter_lru_maxpages": "0",  # a page that is written takes its WAL along
    "autovacuum": "off",
}
EXPIRING: Final = (4, 8, 16)


@dataclass
class Stage:
    """What the tormentor can reach."""

    app: Flask
    url: str
    scene: Scene
    server: Server
    disk: Disk
    cluster: Cluster | None
    logs: Path
    boxes: dict[str, Box]
    environment: dict[str, str]
    expiring: dict[str, int] = field(default_factory=dict)

    def feed(self) -> None:
        """Wallets whose last day was yesterday, for the expiry run."""
        now = clock.now()
        yesterday = clock.local_day(now, clock.DEFAULT_ZONE) - timedelta(days=1)
        owners = {new_id(): points for points in EXPIRING}
        with self.app.app_context():
            transact(lambda: give(self.scene.community_id, owners, yesterday, now))
            transact(lambda: db.session.execute(text("DELETE FROM leases")))  # of the killed
            db.session.remove()
        for owner, points in owners.items():
            self.expiring[str(owner)] = points
            self.tell("service", owner, points)

    def tell(self, kind: str, owner: UUID | str, points: int) -> None:
        """Write down, as a client would, what has been done for somebody."""
        known: dict[str, Any] = {"kind": kind, "name": str(new_id()), "member": str(owner)}
        with (self.logs / "stage.jsonl").open("a") as log:
            for more in ({"intends": points}, {"status": 200, "answer": {}}):
                log.write(json.dumps(known | more) + "\n")


@contextmanager
def set_stage(
    engine: str, members: int, workers: int, settings: dict[str, str] | None = None
) -> Iterator[Stage]:
    """Set everything up; the server is not started yet."""
    with (
        TemporaryDirectory(
            prefix="pointsvc-torture-reports-"
        ) as reports,  # not on the disk we fill
        small_disk() as disk,
        stand(engine, disk.folder, settings or SETTINGS, disk.folder) as made,
    ):
        scene = made.renew("scene", lambda: set_scene(members))
        stage = _stage(made, scene, disk, Path(reports), workers)
        for member in scene.members:
            for points in (PRICES[-1], START - PRICES[-1]):
                stage.tell("service", member.id, points)
        try:
            yield stage
        finally:
            stage.server.stop()


def _stage(made: Stand, scene: Scene, disk: Disk, reports: Path, workers: int) -> Stage:
    environment = {
        "POINTSVC_DATABASE_URL": made.store.url,
        "POINTSVC_INSTANCE": made.app.instance_path,
        "POINTSVC_SECRET_KEY": SECRET_KEY,
        "POINTSVC_PUBLIC_URL": "http://localhost",
    }
    logs = reports / "logs"
    logs.mkdir()
    return Stage(
        app=made.app,
        url=made.store.url,
        scene=scene,
        server=Server(environment, reports, workers),
        disk=disk,
        cluster=made.store.cluster if isinstance(made.store, PostgresStore) else None,
        logs=logs,
        boxes={process: Box(reports, process) for process in ("worker", "jobs")},
        environment=environment,
    )
