"""While the books may only be read: no unsafe request comes through, and pages say why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from pointsvc.jobs.runner import run_due
from pointsvc.kernel import clock
from pointsvc.kernel.errors import ReadOnly
from pointsvc.kernel.read_only import mending, set_read_only
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.published import PublishedRoot, write_down
from pointsvc.web.callers import SAFE_METHODS
from pointsvc.web.read_only import STILL_OPEN
from tests.support.cast import PASSWORD, Cast, bearer
from tests.support.clients import HouseClient

BEHIND = pytest.mark.usefixtures("read_only")
BANNER = "账本比公示过的旧"


@pytest.fixture
def read_only(app: Flask, cast: Cast) -> Iterator[Path]:
    """The instance, whose books lack a published day."""
    instance = Path(app.instance_path)
    lost = PublishedRoot(clock.local_day(clock.now(), "Asia/Shanghai"), bytes(32))
    write_down(instance, cast.community_id, [lost])
    set_read_only(instance, [{"why": "a test"}])
    yield instance
    set_read_only(instance, [])


def said(reply: TestResponse) -> dict[str, Any]:
    """The JSON of a reply."""
    assert reply.json is not None
    return dict(reply.json)


def unsafe(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Every unsafe method of every endpoint, with an address that fits."""
    numbers = app.test_request_context()
    for rule in app.url_map.iter_rules():
        values = {
            name: UUID(int=7) if type(rule._converters[name]).__name__ == "UUIDConverter" else "1"
            for name in rule.arguments
        }
        with numbers:
            path = rule.build(values)
        for method in (rule.methods or set()) - SAFE_METHODS:
            yield rule.endpoint, method, path[1] if path else rule.rule


@BEHIND
def test_every_unsafe_endpoint_answers_503(app: Flask, client: HouseClient) -> None:
    wrong = [
        (endpoint, method, reply.status_code)
        for endpoint, method, path in unsafe(app)
        if endpoint not in STILL_OPEN
        and (reply := client.open(path, method=method)).status_code != ReadOnly.status
    ]
    assert wrong == []


def test_the_endpoints_that_stay_open_are_endpoints(wired_app: Flask) -> None:
    assert wired_app.view_functions.keys() >= STILL_OPEN


@BEHIND
def test_a_scan_is_kept_on_the_phone_until_it_is_over(client: HouseClient, cast: Cast) -> None:
    """503 is what the offline queue waits on (static/js/offline-upload.js)."""
    body = {"phone": cast.wangqiang.phone, "password": PASSWORD}
    token = said(client.post("/api/v1/sign-in", json=body))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    reply = client.post("/api/v1/scans/batch", json={"scans": []}, headers=headers)
    assert (reply.status_code, said(reply)["code"]) == (503, "read_only")
    assert client.get("/api/v1/me", headers=headers).status_code == 200


def test_pages_say_why_in_both_languages(client: HouseClient, cast: Cast, read_only: Path) -> None:
    month = f"/communities/{cast.community_id}/months/2026-11"
    assert BANNER in client.get(month).text
    english = {"Accept-Language": "en"}
    assert "older than what was published" in client.get(month, headers=english).text
    refused = client.post("/sign-in/invitation/x", headers=english)
    assert refused.status_code == 503
    assert "older than what was published" in refused.text
    set_read_only(read_only, [])
    assert BANNER not in client.get(month).text


@BEHIND
def test_nothing_is_written_by_work_of_any_kind(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ReadOnly):
            transact(lambda: None)
        reports = run_due(clock.now())
    assert {report.said for report in reports} == {"waits: read only"}
    assert all(report.has_failed for report in reports)


@BEHIND
def test_an_operator_declares_the_gap_and_all_goes_on(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context(), mending():
        operator, clerk, auditor = map(bearer, (cast.heyun, cast.zhaofang, cast.zhoumin))
    assert client.get("/operator/gap", headers=clerk).status_code == 403
    assert "尚城名邸" in client.get("/operator/gap", headers=operator).text
    empty = client.post("/operator/gap", data={"reason": " "}, headers=operator)
    assert empty.status_code == 422
    done = client.post("/operator/gap", data={"reason": "磁盘坏了"}, headers=operator)
    assert done.status_code == 303
    month = client.get(f"/communities/{cast.community_id}/months/2026-11").text
    assert "磁盘坏了" in month
    assert BANNER not in month
    assert "说明恢复旧副本" in client.get("/trail", headers=auditor).text
