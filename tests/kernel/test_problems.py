"""How a refusal, and a fault of ours, are answered: problem+json under /api/, a page elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from pointsvc.kernel import errors
from pointsvc.kernel.errors import Refusal
from pointsvc.web.problems import problem
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient
from tests.support.faults import Crash, statements

STATUS = {
    errors.BadRequest: 400,
    errors.BadJson: 400,
    errors.SignInRequired: 401,
    errors.Forbidden: 403,
    errors.ForeignOrigin: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Busy: 503,
}


@pytest.fixture
def in_production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are answered, not raised into the test."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def test_the_instance_is_a_uri_reference_whatever_was_asked(wired_app: Flask) -> None:
    said = wired_app.test_client().get("/api/v1/shifts/%E5%85%BB [x]/code%07").get_json()
    assert said["instance"] == "/api/v1/shifts/%E5%85%BB%20%5Bx%5D/code%07"


@pytest.mark.parametrize(("refusal", "status"), STATUS.items())
def test_a_refusal_is_a_problem_document(
    wired_app: Flask, refusal: type[Refusal], status: int
) -> None:
    with wired_app.test_request_context("/api/v1/orders"):
        answer: Any = problem(refusal(balance_points=3))
    said = answer.json
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (said["status"], said["code"]) == (status, refusal.code)
    assert said["context"] == {"balance_points": 3}
    assert {"type", "title", "detail", "instance", "request_id"} <= said.keys()


@pytest.mark.parametrize(
    ("path", "mimetype"), [("/api/v1/me", "application/problem+json"), ("/me", "text/html")]
)
@pytest.mark.usefixtures("in_production")
def test_a_fault_of_ours_is_500_and_tells_nothing_of_itself(
    cast: Cast, client: HouseClient, database: SQLAlchemy, path: str, mimetype: str
) -> None:
    headers = bearer(cast.limei)
    with statements(database.engine) as watched:
        watched.fault = lambda: Crash("a secret of the database")
        watched.at = lambda number: number == 2
        answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.mimetype) == (500, mimetype)
    assert "internal" in answer.text
    assert "secret" not in answer.text
    assert client.get("/api/v1/me", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/nowhere"])
def test_what_is_nowhere_is_404_in_the_readers_way(wired_app: Flask, path: str) -> None:
    answer = wired_app.test_client().get(path)
    assert answer.status_code == 404
    assert answer.mimetype == ("application/problem+json" if "api" in path else "text/html")
