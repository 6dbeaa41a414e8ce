"""Whoever waits for the database waits for a bounded time, is told 503, and nothing was done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, text
from werkzeug.test import TestResponse

from pointsvc.app import POOL, SESSION, create_app
from pointsvc.config import Settings
from pointsvc.extensions import db
from tests.support.cast import PASSWORD, Cast, Person, bearer
from tests.support.clients import HouseClient
from tests.support.databases import SECRET_KEY

ON_POSTGRESQL = pytest.mark.engines("postgresql")


@contextmanager
def bounded(url: str, folder: Path, options: str) -> Iterator[Flask]:
    """The application on the same database, with shorter bounds than its own."""
    settings = Settings(
        instance=folder, database_url=f"{url}&options={options}", secret_key=SECRET_KEY
    )
    app = create_app(settings)
    app.config.update(TESTING=True)
    app.test_client_class = HouseClient
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def code_of(reply: TestResponse) -> str:
    """The refusal's code."""
    return str((reply.json or {})["code"])


def held(engine: Engine, statement: str) -> ExitStack:
    """A lock that somebody holds and does not give back."""
    stack = ExitStack()
    connection = stack.enter_context(engine.begin())
    connection.execute(text(statement))
    return stack


def signed(app: Flask, person: Person) -> dict[str, str]:
    """Their headers, made before anything is held."""
    with app.app_context():
        return bearer(person)


@ON_POSTGRESQL
def test_every_session_has_its_bounds(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in SESSION}
    assert found == {**SESSION, "idle_in_transaction_session_timeout": "1min"}


@ON_POSTGRESQL
def test_a_lock_that_is_never_given_back_is_a_503(
    cast: Cast, engine_url: str, tmp_path: Path
) -> None:
    engine = create_engine(engine_url, poolclass=NullPool)
    with bounded(engine_url, tmp_path, "-clock_timeout%3D100ms") as app:
        body = {"phone": cast.limei.phone, "password": PASSWORD}
        began = time.monotonic()
        with held(engine, "LOCK TABLE sign_ins IN ACCESS EXCLUSIVE MODE"):
            reply = app.test_client().post("/api/v1/sign-in", json=body)
        assert (reply.status_code, code_of(reply)) == (503, "busy")
        assert time.monotonic() - began < 5
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM sign_ins")) == 0


@ON_POSTGRESQL
def test_a_statement_that_takes_too_long_is_a_503(
    cast: Cast, engine_url: str, tmp_path: Path
) -> None:
    engine = create_engine(engine_url, poolclass=NullPool)
    options = "-clock_timeout%3D0 -cstatement_timeout%3D200ms"
    with bounded(engine_url, tmp_path, options) as app:
        signed_in = signed(app, cast.limei)
        with held(engine, "LOCK TABLE members IN ACCESS EXCLUSIVE MODE"):
            reply = app.test_client().get("/api/v1/me", headers=signed_in)
        assert (reply.status_code, code_of(reply)) == (503, "busy")


def test_when_no_connection_is_free_it_is_a_503(
    app: Flask, client: HouseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), ExitStack() as taken:
        monkeypatch.setattr(db.engine.pool, "_timeout", 0.1)
        for _connection in range(POOL["pool_size"] + POOL["max_overflow"]):
            taken.enter_context(db.engine.connect())
        reply = client.post("/api/v1/sign-in", json={"phone": "13800000001", "password": "x" * 9})
    assert (reply.status_code, code_of(reply)) == (503, "busy")
    assert client.get("/healthz").status_code == 200
