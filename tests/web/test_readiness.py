"""Readiness tells the truth, in bounded time, and no secret."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from pointsvc.extensions import db
from pointsvc.kernel.counting import counting_together, say_stopping
from pointsvc.kernel.read_only import set_read_only
from pointsvc.web.vitals.readiness import ANSWER_SECONDS
from tests.support.clients import HouseClient


def asked(client: HouseClient) -> tuple[int, Any]:
    answer = client.get("/readyz")
    return answer.status_code, answer.get_json()


def test_a_full_disk_is_not_ready(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(client) == (200, {"status": "ready"})
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=10_000_000))
    assert asked(client) == (503, {"status": "disk_full"})


@pytest.mark.engines("sqlite")
def test_books_that_may_only_be_read_are_not_ready(app: Flask, client: HouseClient) -> None:
    set_read_only(Path(app.instance_path), [{"why": "a test"}])
    assert asked(client) == (503, {"status": "books_read_only"})
    set_read_only(Path(app.instance_path), [])
    assert asked(client)[0] == 200


@pytest.mark.engines("postgresql")
def test_a_database_that_cannot_be_written_to_is_not_ready(app: Flask, client: HouseClient) -> None:
    with app.app_context():
        db.session.execute(text("ALTER DATABASE tests SET default_transaction_read_only = on"))
        db.session.commit()
        db.engine.dispose()
    assert asked(client) == (503, {"status": "database_read_only"})


@pytest.fixture
def hanging(app: Flask) -> Iterator[None]:
    """Somebody holds the table that readiness reads, and does not let go."""
    with app.app_context(), db.engine.connect() as holder:
        holder.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        yield
        holder.rollback()


@pytest.mark.engines("postgresql")
@pytest.mark.usefixtures("hanging")
def test_a_database_that_hangs_does_not_hang_who_asks(client: HouseClient) -> None:
    began = time.monotonic()
    assert asked(client) == (503, {"status": "database_hangs"})
    assert asked(client)[0] == 503
    assert time.monotonic() - began < 2 * ANSWER_SECONDS + 2
    assert client.get("/healthz").status_code == 200


@pytest.mark.engines("sqlite")
def test_a_server_that_was_told_to_stop_is_alive_and_not_ready(client: HouseClient) -> None:
    with counting_together():
        assert asked(client)[0] == 200
        say_stopping()
        assert asked(client) == (503, {"status": "stopping"})
        assert client.get("/sign-in").headers["Connection"] == "close"
        assert client.get("/healthz").status_code == 200
    assert asked(client)[0] == 200


def test_a_reason_names_no_address_and_no_secret(wired_app: Flask) -> None:
    answer = wired_app.test_client().get("/readyz")
    assert answer.get_json() == {"status": "database_away"}
    assert str(Path(wired_app.instance_path)) not in answer.text
