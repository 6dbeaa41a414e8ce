"""What comes with a cookie must come from our own page; a bearer's token says enough by itself."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from tests.support.cast import Cast, bearer, sign_in_cookie, token_of

READ = "/me/messages/read"
Case = tuple[str, int]
pytestmark = pytest.mark.engines("sqlite")  # decided before any database


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A client that says nothing of where it comes from."""
    return FlaskClient(app, app.response_class, use_cookies=True)


def post(browser: FlaskClient, **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = browser.post("/me/messages/read", headers=named)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/me"},
    ],
)
def test_our_own_page_may_post(
    app: Flask, browser: FlaskClient, cast: Cast, headers: dict[str, str]
) -> None:
    with app.app_context():
        sign_in_cookie(browser, cast.limei)
    assert post(browser, **headers)[0] == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/http://localhost/"},
    ],
)
def test_another_page_may_not(
    app: Flask, browser: FlaskClient, cast: Cast, headers: dict[str, str]
) -> None:
    with app.app_context():
        sign_in_cookie(browser, cast.limei)
    status, text = post(browser, **headers)
    assert status == 403
    assert "origin.foreign" in text


@pytest.mark.parametrize(
    ("where", "case"),
    [
        (("https://localhost", None), ("https://localhost", 303)),
        (("https://localhost", None), ("http://localhost", 403)),
        (("https://localhost", None), ("https://localhost:8443", 403)),
        (("http://localhost", "https://localhost"), ("https://localhost", 303)),
        (("http://localhost", "https://localhost"), ("http://localhost", 403)),
        (("http://localhost", "https://points.example"), ("http://localhost", 303)),
        (("http://localhost", None), ("https://localhost", 303)),
    ],
)
def test_a_page_of_the_same_host_without_tls_is_another_page(
    app: Flask,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    where: tuple[str, str | None],
    case: Case,
) -> None:
    """Whoever stands in between writes http pages; a proxy that is not counted hides our https."""
    address, public_url = where
    origin, status = case
    monkeypatch.setitem(app.config, "PUBLIC_URL", public_url)
    with app.app_context():
        headers = {"Cookie": f"sign_in={token_of(cast.limei)}", "Origin": origin}
    answer = Client(app, use_cookies=False).post(READ, base_url=address, headers=headers)
    assert answer.status_code == status


def test_a_counted_proxy_says_that_our_page_has_tls(app: Flask, cast: Cast) -> None:
    behind = Client(ProxyFix(app.wsgi_app, x_proto=1, x_host=1), use_cookies=False)
    with app.app_context():
        headers = {"Cookie": f"sign_in={token_of(cast.limei)}"}
    headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "points.example"}
    for origin, status in (("https://points.example", 303), ("http://points.example", 403)):
        answer = behind.post(READ, headers=headers | {"Origin": origin})
        assert answer.status_code == status


def test_a_bearer_needs_no_origin(app: Flask, browser: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        sign_in_cookie(browser, cast.limei)
        headers = bearer(cast.limei)
    answer = browser.post(
        "/me/messages/read", headers={**headers, "Origin": "https://other.example"}
    )
    assert answer.status_code == 303


def test_looking_needs_no_origin(app: Flask, browser: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        sign_in_cookie(browser, cast.limei)
    assert browser.get("/me", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_another_page_signs_nobody_in(browser: FlaskClient, headers: dict[str, str]) -> None:
    """Without a cookie to ride on, it could still sign its reader in as somebody else."""
    form = {"phone": "13800000001", "password": "x"}
    assert browser.post("/sign-in", data=form, headers=headers).status_code == 403
    assert browser.get("/sign-in", headers=headers).status_code == 200


def test_a_program_without_a_browser_signs_in(browser: FlaskClient) -> None:
    body = {"phone": "13800000001", "password": "x"}
    assert browser.post("/api/v1/sign-in", json=body).status_code == 401
    assert browser.post("/sign-in", data=body).status_code == 401
