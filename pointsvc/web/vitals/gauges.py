"""The state of the server as Prometheus metrics, read at a scrape and kept for some seconds."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

import structlog
from flask import Flask, current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pointsvc.config import Settings
from pointsvc.extensions import connections_max, db
from pointsvc.kernel import clock
from pointsvc.kernel.last_runs import VERIFY, LastRun, last_runs
from pointsvc.ledger.months import HELD_KINDS
from pointsvc.ledger.totals import outstanding_points
from pointsvc.web.vitals import facts
from pointsvc.web.vitals.facts import Queue

QUICK_SECONDS: Final = 10.0
SLOW_SECONDS: Final = 300.0
COMMUNITIES_MAX: Final = 20
_LIMIT: Final = text("SET LOCAL statement_timeout = '3s'")
Part = Callable[[], Iterator[Metric]]
log = structlog.get_logger()


class State(Collector):
    """Everything that is read; each part is read again when it is too old, and fails by itself."""

    def __init__(self, app: Flask) -> None:
        """Read this app's database."""
        self._app = app
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, list[Metric]]] = {}

    def text(self) -> bytes:
        """The state in Prometheus' text."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def forget(self) -> None:
        """Read everything anew at the next scrape."""
        self._kept.clear()

    def collect(self) -> Iterable[Metric]:
        """One scrape at a time; the others get what it found."""
        unread = GaugeMetricFamily(
            "pointsvc_unread_state", "1 where a part could not be read in time", labels=["part"]
        )
        with self._lock:
            for name, (seconds, part) in PARTS.items():
                found = self._read(name, seconds, part)
                yield from found
                unread.add_metric([name], not found)
        yield unread

    def _read(self, name: str, seconds: float, part: Part) -> list[Metric]:
        read_at, found = self._kept.get(name, (0.0, []))
        if found and time.monotonic() - read_at < seconds:
            return found
        try:
            with self._app.app_context():
                if db.engine.dialect.name == "postgresql":
                    db.session.execute(_LIMIT)
                found = list(part())
        except SQLAlchemyError as error:
            log.warning("metrics_unread", part=name, error=type(error).__name__)
            found = []
        self._kept[name] = (time.monotonic(), found)
        return found


def _runs() -> Iterator[Metric]:
    runs = dict(last_runs())
    verified = runs.pop(VERIFY, LastRun())
    succeeded = _gauge("job_last_success_timestamp_seconds", "When a job was done last", "job_name")
    for name, run in runs.items():
        succeeded.add_metric([name], _stamp(run.done_at))
    yield succeeded
    for outcome, at in (("ok", verified.done_at), ("broken", verified.failed_at)):
        yield _one(f"verify_last_{outcome}_timestamp_seconds", "ledger verify, 0: never", at)
    copied_at: datetime | None = current_app.extensions["last_copy"]()
    yield _one("copy_last_verified_timestamp_seconds", "A copy was put back, 0: never", copied_at)


def _queues() -> Iterator[Metric]:
    counts = _gauge("waiting", "Waits for somebody", "queue")
    oldest = _gauge("waiting_oldest_timestamp_seconds", "Since when the oldest waits", "queue")
    queues = {f"approval_{kind}": queue for kind, queue in facts.approvals()}
    queues |= {"open_stay": facts.open_stays(), "outbox": facts.waiting_messages()}
    queues |= {"delivery": facts.waiting_deliveries(), "delivery_dead": facts.dead_deliveries()}
    for name, queue in queues.items():
        counts.add_metric([name], queue.count)
        _add_oldest(oldest, name, queue)
    yield from (counts, oldest)


def _add_oldest(family: GaugeMetricFamily, name: str, queue: Queue) -> None:
    """Nothing waits, nothing is old: an empty queue has no sample."""
    if queue.oldest_at is not None:
        family.add_metric([name], _stamp(queue.oldest_at))


def _throttles() -> Iterator[Metric]:
    family = _gauge("throttled", "Kept out after too many failures", "scope")
    for scope, count in facts.throttled(clock.now()).items():
        family.add_metric([scope], count)
    yield family


def _liability() -> Iterator[Metric]:
    rows = outstanding_points()
    total = _gauge("outstanding_points", "Points that members hold", "kind")
    for kind in HELD_KINDS:
        total.add_metric([kind], sum(row.points for row in rows if row.kind == kind))
    yield total
    if len({row.community_id for row in rows}) <= COMMUNITIES_MAX:
        each = _gauge("community_outstanding_points", "The same by community", "community", "kind")
        for row in rows:
            each.add_metric([str(row.community_id), row.kind], row.points)
        yield each


def _machine() -> Iterator[Metric]:
    free = shutil.disk_usage(current_app.instance_path).free
    family = _gauge("disk_free_bytes", "Left where the instance lies")
    family.add_metric([], free)
    yield family
    settings: Settings = current_app.extensions["settings"]
    most = _gauge("database_connections_limit", "The most that the workers open")
    most.add_metric([], settings.workers * connections_max(db.engine))
    yield most


PARTS: Final[dict[str, tuple[float, Part]]] = {
    "machine": (QUICK_SECONDS, _machine),
    "runs": (QUICK_SECONDS, _runs),
    "queues": (QUICK_SECONDS, _queues),
    "throttles": (QUICK_SECONDS, _throttles),
    "liability": (SLOW_SECONDS, _liability),
}


def _gauge(name: str, words: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"pointsvc_{name}", words, labels=labels)


def _one(name: str, words: str, at: datetime | None) -> GaugeMetricFamily:
    family = _gauge(name, words)
    family.add_metric([], _stamp(at))
    return family


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
