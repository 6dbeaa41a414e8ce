"""The patient of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.extensions import db
from pointsvc.kernel import ids
from tests.cli.doctor.patient import Patient, healthy
from tests.support.clocks import FrozenClock


@pytest.fixture
def patient(
    environment: dict[str, str],
    database: SQLAlchemy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: FrozenClock,
) -> Patient:
    """A server in good health, at the true time."""
    clock.run()
    monkeypatch.setattr(ids, "_last", 0)  # ids only grow, and tests before this one lived later
    instance = tmp_path / "instance"
    instance.mkdir()
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if file:
        Path(file).chmod(0o600)
    return healthy(Patient(instance, database, monkeypatch), environment)
