"""The log: lines of JSON that say what happened, and nothing of what anybody typed."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pointsvc.cli.logs import write_logs
from pointsvc.kernel.request_id import set_request_id

PHONE = "13812345678"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What is logged in the block, read as JSON; everything is as before afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    written: Any = sys.stderr
    write_logs("INFO")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:], root.level = before


def test_every_line_is_json_with_moment_level_and_event(lines: Any) -> None:
    structlog.get_logger().info("request", endpoint="web.me", status=200)
    structlog.get_logger().debug("unheard")
    logging.getLogger("some.library").warning("something %s", "odd")
    first, second = lines()
    assert (first["event"], first["level"], first["status"]) == ("request", "info", 200)
    assert first["timestamp"].endswith("Z")
    assert (second["event"], second["level"]) == ("something odd", "warning")


def test_whatever_is_logged_in_a_request_carries_its_id(lines: Any) -> None:
    set_request_id("abc")
    structlog.get_logger().error("database_away")
    set_request_id(None)
    structlog.get_logger().error("job_failed")
    assert [line.get("request_id") for line in lines()] == ["abc", None]


def test_an_exception_is_told_by_kind_and_place_and_without_its_words(lines: Any) -> None:
    try:
        try:
            int(PHONE + "x")
        except ValueError as error:
            raise IntegrityError("INSERT …", {"phone": PHONE}, error) from error
    except IntegrityError as error:
        structlog.get_logger().error("broken", exc_info=error)
    [line] = lines()
    assert PHONE not in json.dumps(line)
    assert line["exception"] == ["sqlalchemy.exc.IntegrityError", "builtins.ValueError"]
    assert "test_logs.py" in line["frames"][0]


def test_what_went_wrong_in_a_view_is_found_by_its_request_id(lines: Any, wired_app: Flask) -> None:
    wired_app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = wired_app.test_client().get(
        f"/me?phone={PHONE}", headers={"Authorization": "Bearer x"}
    )
    found = [line for line in lines() if line.get("request_id") == answer.headers["X-Request-Id"]]
    assert {line["event"] for line in found} == {"database_away", "request"}
    assert PHONE not in json.dumps(found)
