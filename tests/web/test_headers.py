"""Security headers, caching, and which kind of error a path answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
import werkzeug.exceptions
from flask import Flask

from pointsvc.kernel.errors import TooMany
from pointsvc.members.errors import TooManyFailures
from tests.support.cast import Cast, bearer, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")  # nothing here depends on the engine
PATHS = ("/", "/me", "/no-such-page", "/api/v1/me", "/api/v1/docs", "/healthz", "/static/icon.svg")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("cast")
def test_every_answer_carries_the_headers(client: HouseClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-Id"])


@pytest.mark.usefixtures("cast")
def test_https_is_remembered_only_over_https(client: HouseClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert (
        "max-age"
        in client.get("/", base_url="https://localhost").headers["Strict-Transport-Security"]
    )


def test_pages_are_not_kept_and_static_files_are(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context():
        headers = bearer(cast.limei)
    for path in ("/me", "/api/v1/me", "/sign-in"):
        assert client.get(path, headers=headers).headers["Cache-Control"] == "no-store"
    kept = client.get("/static/icon.svg", buffered=True).headers
    assert "max-age" in kept["Cache-Control"]
    assert "no-store" not in kept["Cache-Control"]


def test_pages_hold_no_script_or_style_of_their_own(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context():
        people = [bearer(person) for person in (cast.limei, cast.zhaofang, cast.heyun)]
    for headers in people:
        for path in ("/", "/me", "/members", "/organisation/roles", "/operator", "/no-such-page"):
            page = client.get(path, headers=headers, follow_redirects=True).text
            assert not re.search(r"<script(?![^>]*\bsrc=)", page)
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", page)


@pytest.mark.parametrize(
    ("accept", "path", "kind"),
    [
        ("application/json", "/no-such-page", "text/html"),
        ("text/html", "/api/v1/no-such", "application/problem+json"),
        ("text/html", "/api/", "application/problem+json"),
        ("*/*", "/members", "text/html"),
    ],
)
@pytest.mark.usefixtures("cast")
def test_the_path_alone_decides_how_an_error_looks(
    client: HouseClient, accept: str, path: str, kind: str
) -> None:
    answer = client.get(path, headers={"Accept": accept}, follow_redirects=False)
    assert answer.mimetype == kind


@pytest.mark.usefixtures("cast")
def test_an_error_page_is_chinese_and_says_what_to_do(client: HouseClient) -> None:
    page = client.get("/no-such-page")
    assert page.status_code == 404
    assert 'lang="zh-CN"' in page.text
    assert "没有找到" in page.text
    assert page.headers["X-Request-Id"] in page.text
    assert client.get("/members").headers["Location"] == "/sign-in?next=/members"
    refused = client.post("/members/new")
    assert refused.status_code == 401
    assert "请先登录" in refused.text


def test_a_problem_has_all_its_parts(client: HouseClient) -> None:
    answer = client.get("/api/v1/me")
    assert answer.json == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "请先登录。",
        "instance": "/api/v1/me",
        "code": "sign_in.required",
        "context": {},
        "request_id": answer.headers["X-Request-Id"],
    }


def test_a_wrong_method_is_405_and_a_body_too_large_413(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context():
        headers = bearer(cast.limei)
    wrong: Any = client.delete("/api/v1/me", headers=headers)
    assert (wrong.status_code, wrong.json["code"]) == (405, "http.method_not_allowed")
    assert wrong.headers["Allow"] == "GET, HEAD, OPTIONS"
    page = client.delete("/me/code", headers=headers)
    assert (page.status_code, page.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    large = client.post("/api/v1/scans", data=b"x" * (32 * 1024 * 1024 + 1), headers=headers)
    assert large.status_code == 413


def test_what_breaks_in_the_house_is_500_without_its_insides(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    """`internal`: nothing was changed, and the number on the page is the log's."""
    with app.app_context():
        sign_in_cookie(client, cast.limei)
    answer = broken(app, client, "/me")
    assert answer[0] == 500
    assert "Traceback" not in answer[1]
    assert "系统出错了" in answer[1]
    assert '"code":"internal"' in broken(app, client, "/api/v1/me")[1]


def test_a_request_that_no_view_can_read_is_400(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context():
        sign_in_cookie(client, cast.limei)
    status, page = broken(app, client, "/me", werkzeug.exceptions.BadRequest())
    assert (status, "bad_request" in page, "刷新页面" in page) == (400, True, True)


def test_refusals_for_trying_too_often_are_of_one_kind() -> None:
    assert issubclass(TooManyFailures, TooMany)
    assert TooManyFailures(minutes=3).status == TooMany.status == 429
    assert "3 分钟后" in TooManyFailures(minutes=3).detail


def broken(
    app: Flask, client: HouseClient, path: str, error: Exception | None = None
) -> tuple[int, str]:
    """The page when the view of the path falls over its own feet."""
    endpoint = app.url_map.bind("localhost").match(path)[0]
    view: Any = app.view_functions[endpoint]

    def falls(**_values: object) -> str:
        raise error or RuntimeError("secret of the house")

    falls.permission = view.permission  # type: ignore[attr-defined]
    app.view_functions[endpoint] = falls
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = client.get(path)
    finally:
        app.view_functions[endpoint] = view
        app.config["PROPAGATE_EXCEPTIONS"] = True
    assert "secret of the house" not in answer.text
    return answer.status_code, answer.text
