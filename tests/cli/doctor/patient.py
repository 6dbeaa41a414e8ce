"""A server in good health, to be made ill in one way at a time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from pointsvc.backup.keeping import record_success
from pointsvc.cli.doctor.command import examine
from pointsvc.cli.doctor.findings import Finding
from pointsvc.jobs.runner import run_due
from pointsvc.kernel import clock
from pointsvc.kernel.last_runs import VERIFY, note_run
from pointsvc.kernel.transaction import transact
from tests.cli.test_serve import free_port

# What the tests' own servers cannot be rid of: nobody serves; the cluster forgets; one role.
GIVEN: Final = {
    "server.down",
    "postgresql.rights",
    "postgresql.durability",
    "postgresql.autovacuum",
}


@dataclass
class Patient:
    """Settings, folder and database; `findings()` is what the doctor says now."""

    instance: Path
    database: SQLAlchemy
    monkeypatch: pytest.MonkeyPatch

    def setting(self, name: str, value: str | None) -> None:
        if value is None:
            self.monkeypatch.delenv(f"POINTSVC_{name}", raising=False)
        else:
            self.monkeypatch.setenv(f"POINTSVC_{name}", value)

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.database.session.execute(text(statement))
        self.database.session.commit()

    def findings(self, port: int | None = None) -> dict[str, Finding]:
        self.database.session.rollback()
        return {each.id: each for each in examine("127.0.0.1", port or free_port())}

    def ills(self, **more: Any) -> set[str]:
        found = self.findings(**more).values()
        return {each.id for each in found if each.state != "ok"} - GIVEN


def healthy(patient: Patient, environment: dict[str, str]) -> Patient:
    """Jobs done, books verified, a copy made, an address set."""
    for name in [name for name in os.environ if name.startswith("POINTSVC_")]:
        patient.monkeypatch.delenv(name)
    for name, value in environment.items():
        patient.monkeypatch.setenv(name, value)
    patient.setting("INSTANCE", str(patient.instance))
    patient.setting("PUBLIC_URL", "https://g.cn")
    now = clock.now()
    run_due(now)
    transact(lambda: note_run(name=VERIFY, ended="done", by="root", now=now))
    copy = patient.instance / "copy.zip.age"
    copy.touch()
    record_success(patient.instance, copy, is_encrypted=True, now=now)
    return patient
