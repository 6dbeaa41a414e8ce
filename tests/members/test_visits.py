"""Where somebody is signed in: listed, ended one by one, all ended with the password."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.transaction import transact
from pointsvc.members.errors import PasswordWrong, TooManyFailures
from pointsvc.members.models import SignIn
from pointsvc.members.visits import end_visit, visits_of
from tests.support.cast import PASSWORD, Cast, bearer
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")
NEW = "xin-de-mima"


def is_in(client: HouseClient, headers: dict[str, str]) -> bool:
    return client.get("/api/v1/me", headers=headers).status_code == 200


def change(client: HouseClient, headers: dict[str, str], **form: str) -> Any:
    filled = {"old": PASSWORD, "password": NEW, "again": NEW, **form}
    return client.post("/me/password", data=filled, headers=headers)


def test_a_member_sees_and_ends_their_own_visits(client: HouseClient, cast: Cast) -> None:
    here, there = bearer(cast.limei), bearer(cast.limei)
    page = client.get("/me/sign-ins", headers=here)
    assert page.text.count("/end") == 2 or "/end" in page.text
    newest = max(visits_of(cast.limei.id, now=clocks.now()), key=lambda visit: visit.id)
    path = f"/me/sign-ins/{newest.id}/end"
    assert client.post(path, headers=here).status_code == 303
    assert (is_in(client, here), is_in(client, there)) == (True, False)
    assert len(visits_of(cast.limei.id, now=clocks.now())) == 1


def test_nobody_ends_another_s_visit(client: HouseClient, cast: Cast) -> None:
    hers = bearer(cast.limei)
    [visit] = visits_of(cast.limei.id, now=clocks.now())
    for person in (cast.zhaofang, cast.chenjing, cast.heyun):
        path = f"/me/sign-ins/{visit.id}/end"
        assert client.post(path, headers=bearer(person)).status_code == 404
    with pytest.raises(NotFound):
        end_visit(subject_id=cast.zhaofang.id, visit_id=visit.id, now=clocks.now())
    assert is_in(client, hers)


def test_signing_out_ends_the_visit_itself(client: HouseClient, cast: Cast) -> None:
    body = {"phone": cast.limei.phone, "password": PASSWORD}
    assert client.post("/sign-in", data=body).status_code == 303
    cookie = client.get_cookie("sign_in")
    assert cookie is not None
    headers = {"Authorization": f"Bearer {cookie.value}"}
    assert is_in(client, headers)
    assert client.post("/sign-out").status_code == 303
    assert client.get_cookie("sign_in") is None
    assert not is_in(client, headers)


def test_another_password_ends_every_other_visit(client: HouseClient, cast: Cast) -> None:
    here, there = bearer(cast.limei), bearer(cast.limei)
    assert change(client, here).status_code == 303
    assert (is_in(client, here), is_in(client, there)) == (True, False)
    body = {"phone": cast.limei.phone, "password": NEW}
    assert client.post("/api/v1/sign-in", json=body).status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"old": "x"}, 403, "现在的密码不对"),
        ({"again": "x"}, 422, "两次输入的密码不一样"),
        ({"password": "short", "again": "short"}, 422, "8 至 128"),
    ],
)
def test_a_password_that_cannot_be_keeps_the_old_one(
    client: HouseClient, cast: Cast, form: dict[str, str], status: int, words: str
) -> None:
    page = change(client, bearer(cast.limei), **form)
    assert page.status_code == status
    assert words in page.text
    body = {"phone": cast.limei.phone, "password": PASSWORD}
    assert client.post("/api/v1/sign-in", json=body).status_code == 200


def test_guesses_of_the_own_password_are_throttled(client: HouseClient, cast: Cast) -> None:
    """Whoever found the phone unlocked has to wait."""
    here = bearer(cast.limei)
    statuses = [change(client, here, old="x").status_code for _time in range(6)]
    assert statuses == [PasswordWrong.status] * 5 + [TooManyFailures.status] == [403] * 5 + [429]


def test_only_the_hash_of_a_token_is_kept(cast: Cast) -> None:
    token = bearer(cast.limei)["Authorization"].removeprefix("Bearer ")
    kept = db.session.scalars(select(SignIn.token_hash)).all()
    assert len(token) >= 40
    assert transact(lambda: all(token.encode() not in digest for digest in kept))
    assert {len(digest) for digest in kept} == {32}
