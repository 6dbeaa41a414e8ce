"""Origin and permission: before any view is run."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from pointsvc.kernel.errors import SignInRequired
from pointsvc.kernel.permission import ANONYMOUS, current_actor_id, current_community_id
from tests.support.cast import Cast, bearer, sign_in_cookie
from tests.support.clients import HouseClient

SCAN = "/api/v1/scans"
WITH_DATABASE = pytest.mark.usefixtures("database")


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]  # type: ignore[index]


def post_with_cookie(client: HouseClient, **headers: str) -> TestResponse:
    """A write as some page in the same browser makes it; the client's own origin is taken away."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    client.environ_base.pop("HTTP_ORIGIN", None)
    return client.post(SCAN, json={}, headers=sent)


FOREIGN: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8001"},
    {"Referer": "https://evil.example/localhost"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "cross-site", "Origin": "http://localhost"},
)
OWN: tuple[dict[str, str], ...] = (
    {"Origin": "http://localhost"},
    {"Referer": "http://localhost/shifts"},
    {"Sec_Fetch_Site": "same-origin"},
)


@WITH_DATABASE
def test_a_write_with_a_cookie_from_another_site_is_refused(
    cast: Cast, client: HouseClient
) -> None:
    sign_in_cookie(client, cast.sungang)
    for headers in FOREIGN:
        assert code_of(post_with_cookie(client, **headers)) == (403, "origin.foreign"), headers


@WITH_DATABASE
def test_a_write_from_our_own_page_passes(cast: Cast, client: HouseClient) -> None:
    sign_in_cookie(client, cast.sungang)
    for headers in OWN:
        assert code_of(post_with_cookie(client, **headers)) == (422, "invalid"), headers


@WITH_DATABASE
def test_a_bearer_needs_no_origin(cast: Cast, client: HouseClient) -> None:
    client.environ_base.pop("HTTP_ORIGIN", None)
    sign_in_cookie(client, cast.limei)
    answer = client.post(SCAN, json={}, headers=bearer(cast.sungang))
    assert code_of(answer) == (422, "invalid")


@WITH_DATABASE
def test_reading_needs_no_origin(cast: Cast, client: HouseClient) -> None:
    client.environ_base.pop("HTTP_ORIGIN", None)
    sign_in_cookie(client, cast.limei)
    assert client.get("/api/v1/me", headers={"Origin": "https://evil.example"}).status_code == 200


def test_nobody_is_asked_to_sign_in(client: HouseClient) -> None:
    answer = client.get("/api/v1/me")
    assert code_of(answer) == (401, "sign_in.required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_of_nobody_is_nobodys(client: HouseClient) -> None:
    for token in ("", "x", "Bearer", "0" * 43, "é" * 10):
        answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


@WITH_DATABASE
def test_the_wrong_role_is_403_in_ones_own_community(cast: Cast, client: HouseClient) -> None:
    for person in (cast.limei, cast.chenjing):
        answer = client.post(
            "/api/v1/orders", json={}, headers=bearer(person) | {"Idempotency-Key": "k"}
        )
        assert code_of(answer) == (403, "forbidden")


def test_outside_a_request_there_is_nobody() -> None:
    assert (ANONYMOUS.id, ANONYMOUS.community_id) == (None, None)


def test_nobody_has_neither_community_nor_id(wired_app: object) -> None:
    with wired_app.test_request_context("/"):  # type: ignore[attr-defined]
        for ask in (current_community_id, current_actor_id):
            with pytest.raises(SignInRequired):
                ask()
