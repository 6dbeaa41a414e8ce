"""The main job is in the log, and nobody of it."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient

from pointsvc.cli.logs import write_logs
from tests.journeys.office import FACTS, Office
from tests.journeys.steps import bring_back, exchange, serve_two_hours
from tests.support.clocks import FrozenClock


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What was written on standard error since the last look, at the most talkative level."""
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    written: Any = sys.stderr
    write_logs("DEBUG")
    yield written.getvalue
    structlog.reset_defaults()
    logging.getLogger().handlers[:], logging.getLogger().level = handlers, level


def test_the_main_job_is_logged_without_anybody_s_data(
    logged: Any, office: Office, client: FlaskClient, clock: FrozenClock
) -> None:
    serve_two_hours(office, client, clock)
    order, _stock = exchange(office, client)
    bring_back(office, client, order)
    said = logged()
    lines = [json.loads(line) for line in said.splitlines()]
    seen = {line.get("endpoint") for line in lines}
    assert {"checkin_api.scan", "shop_api.place_order"} <= seen, seen
    assert all(line["request_id"] for line in lines if line["event"] == "request")
    assert {line.get("community_id") for line in lines} & {str(office.community_id)}
    secret = [office.card(role) for role in office.people]
    secret += [person.name for person in office.people.values()] + list(FACTS["ledger"]["balances"])
    assert [word for word in secret if word in said] == []
