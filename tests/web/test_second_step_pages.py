"""The pages of 二次验证: setting it up, proving it before an approval, turning it off, resetting."""

from __future__ import annotations

import re

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.kernel import clock as clocks, one_time_codes
from pointsvc.members import second_steps
from pointsvc.members.errors import SecondStepDemanded
from tests.support.authenticators import set_up
from tests.support.cast import PASSWORD, Cast, Person, bearer, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.web.test_second_step_sign_in import demand

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def hedu(cast: Cast, database: SQLAlchemy, client: HouseClient) -> HouseClient:  # noqa: ARG001
    """何督's browser."""
    sign_in_cookie(client, cast.hedu)
    return client


def begin(client: HouseClient, person: Person) -> str:
    """Start setting up; the code that the app shows then."""
    answer = client.post("/me/second-step/begin", data={"password": PASSWORD})
    assert answer.location == "/me/second-step"
    begun = second_steps.find_begun(person.id, now=clocks.now())
    assert begun is not None
    page = client.get("/me/second-step").text
    assert one_time_codes.secret_text(begun.secret) in page
    assert '<svg class="qr"' in page
    return one_time_codes.code_at(begun.secret, clocks.now())


def test_set_up_with_the_password_a_code_and_ten_recovery_codes(
    hedu: HouseClient, cast: Cast
) -> None:
    code = begin(hedu, cast.hedu)
    elsewhere = bearer(cast.hedu)
    page = hedu.post("/me/second-step/confirm", data={"code": code}).text
    assert len(re.findall(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", page)) == 10
    assert "还有 10 个备用码没用过" in hedu.get("/me/second-step").text
    assert hedu.get("/api/v1/me", headers=elsewhere).status_code == 401


def test_an_open_browser_without_the_password_sets_up_nothing(
    hedu: HouseClient, cast: Cast
) -> None:
    answer = hedu.post("/me/second-step/begin", data={"password": "guess"})
    assert (answer.status_code, "现在的密码不对" in answer.text) == (403, True)
    assert second_steps.find_begun(cast.hedu.id, now=clocks.now()) is None


def test_a_wrong_first_code_leaves_it_waiting(hedu: HouseClient, cast: Cast) -> None:
    begin(hedu, cast.hedu)
    answer = hedu.post("/me/second-step/confirm", data={"code": "12"})
    assert (answer.status_code, "验证码不对" in answer.text) == (401, True)
    assert '<svg class="qr"' in answer.text


@pytest.mark.parametrize("name", ["limei", "liuyang", "chenjing"])
def test_volunteers_never_see_any_of_it(client: HouseClient, cast: Cast, name: str) -> None:
    headers = bearer_in(client, getattr(cast, name))
    for path in ("/me", "/me/sign-ins", "/me/password"):
        assert "二次验证" not in client.get(path, headers=headers).text
    assert client.get("/me/second-step", headers=headers).status_code == 403
    form = {"password": PASSWORD}
    assert client.post("/me/second-step/begin", data=form, headers=headers).status_code == 403


def bearer_in(client: HouseClient, person: Person) -> dict[str, str]:
    with client.application.app_context():
        return bearer(person)


@pytest.mark.parametrize("name", ["hedu", "zhaofang", "wangqiang", "zhoumin", "heyun"])
def test_staff_and_operators_find_it_beside_their_sign_ins(
    client: HouseClient, cast: Cast, name: str
) -> None:
    headers = bearer_in(client, getattr(cast, name))
    assert "二次验证" in client.get("/me/sign-ins", headers=headers).text
    assert client.get("/me/second-step", headers=headers).status_code == 200


def test_off_with_password_and_code(hedu: HouseClient, cast: Cast, clock: FrozenClock) -> None:
    phone = set_up(cast.hedu)
    sign_in_cookie(hedu, cast.hedu)
    clock.advance(minutes=1)
    form = {"password": PASSWORD, "code": "000000"}
    assert hedu.post("/me/second-step/end", data=form).status_code == 401
    form = {"password": "guess", "code": phone.code()}
    assert hedu.post("/me/second-step/end", data=form).status_code == 403
    form = {"password": PASSWORD, "code": phone.code()}
    assert hedu.post("/me/second-step/end", data=form).location == "/me/sign-ins"
    assert not second_steps.has_second_step(cast.hedu.id)


def test_a_clerk_resets_it_on_the_person_s_page(client: HouseClient, cast: Cast) -> None:
    with client.application.app_context():
        set_up(cast.hedu)
        set_up(cast.zhaofang)
        headers, abroad = bearer(cast.zhaofang), bearer(cast.chenjing)
    path = f"/members/{cast.hedu.id}/second-step/reset"
    assert "重置二次验证" in client.get(f"/members/{cast.hedu.id}", headers=headers).text
    own = f"/members/{cast.zhaofang.id}/second-step/reset"
    assert client.post(own, headers=headers).status_code == 403
    assert client.post(path, headers=abroad).status_code == 404
    assert client.post(path, headers=headers).status_code == 303
    assert "重置二次验证" not in client.get(f"/members/{cast.hedu.id}", headers=headers).text


def test_what_the_community_demands_is_not_turned_off(
    hedu: HouseClient, cast: Cast, clock: FrozenClock
) -> None:
    phone = set_up(cast.hedu)
    sign_in_cookie(hedu, cast.hedu)
    demand(cast, 1)
    clock.advance(minutes=1)
    assert "关掉二次验证" not in hedu.get("/me/second-step").text
    form = {"password": PASSWORD, "code": phone.code()}
    answer = hedu.post("/me/second-step/end", data=form)
    assert (answer.status_code, str(SecondStepDemanded.message) in answer.text) == (409, True)
    assert second_steps.has_second_step(cast.hedu.id)
