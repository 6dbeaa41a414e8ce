"""Hangs what answers `/readyz` and `/metrics` into the app, and counts its connections."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from prometheus_client import Gauge
from sqlalchemy import event

from pointsvc.extensions import db
from pointsvc.web.vitals.gauges import State
from pointsvc.web.vitals.readiness import Probe

CONNECTIONS: Final = Gauge(
    "pointsvc_database_connections",
    "Connections to the database of all processes",
    ["state"],
    multiprocess_mode="livesum",
)
_EVENTS: Final = (
    ("connect", "open", 1),
    ("close", "open", -1),
    ("checkout", "in_use", 1),
    ("checkin", "in_use", -1),
)


def wire(app: Flask) -> None:
    """Make the probe and the state's reader of this app; watch its pool."""
    app.extensions["readiness"] = Probe(app)
    app.extensions["state_metrics"] = State(app)
    with app.app_context():
        engine = db.engine

    for name, state, step in _EVENTS:
        event.listen(engine, name, _counter(state, step))


def _counter(state: str, step: int) -> Any:
    def count(*_arguments: Any) -> None:
        CONNECTIONS.labels(state).inc(step)

    return count
