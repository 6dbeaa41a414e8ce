"""What monitors, browsers and search engines ask."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from pointsvc.extensions import db
from tests.support.clients import HouseClient


def test_a_healthy_and_ready_server_says_so(app: Flask, client: HouseClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000_old'"))
        db.session.commit()
    behind = client.get("/readyz")
    assert (behind.status_code, behind.json) == (503, {"status": "migrations_pending"})


def test_without_its_database_a_server_is_alive_but_not_ready(wired_app: Flask) -> None:
    client = wired_app.test_client()
    assert client.get("/healthz").status_code == 200
    away = client.get("/readyz")
    assert (away.status_code, away.json) == (503, {"status": "database_away"})


def test_a_database_that_went_away_is_503_for_people_and_programs(wired_app: Flask) -> None:
    wired_app.config["PROPAGATE_EXCEPTIONS"] = False
    client = wired_app.test_client()
    page = client.get("/me", headers={"Authorization": "Bearer x"})
    assert page.status_code == 503
    assert "什么都没有改动" in page.text
    said: Any = client.get("/api/v1/me", headers={"Authorization": "Bearer x"})
    assert (said.status_code, said.json["code"]) == (503, "busy")


def test_metrics_are_text_that_prometheus_reads(client: HouseClient) -> None:
    client.get("/healthz")
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert 'pointsvc_request_seconds_count{endpoint="web.healthz",status="200"}' in answer.text


@pytest.mark.engines("sqlite")
def test_nothing_here_is_for_search_engines(client: HouseClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


@pytest.mark.engines("sqlite")
def test_the_manifest_puts_the_page_on_the_home_screen(client: HouseClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest: Any = answer.json
    assert (manifest["short_name"], manifest["start_url"]) == ("绿色账户", "/")
    addresses = [*(icon["src"] for icon in manifest["icons"]), manifest["shortcuts"][0]["url"]]
    assert {client.get(each, buffered=True).status_code for each in addresses} == {200}
    assert client.get("/favicon.ico").headers["Location"] == manifest["icons"][0]["src"]
