"""Signing in with a second step, at both doors; who never set one up never hears of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.transaction import transact
from pointsvc.members.first_sign_ins import print_slip
from pointsvc.organisation.office import change_settings
from tests.support.authenticators import Authenticator, set_up
from tests.support.cast import PASSWORD, Cast, Person
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

SEALED = re.compile(r'name="sealed" value="([^"]+)"')


@pytest.fixture
def phone(cast: Cast, database: SQLAlchemy, clock: FrozenClock) -> Authenticator:  # noqa: ARG001
    """何督's authenticator, set up some minutes ago."""
    phone = set_up(cast.hedu)
    clock.advance(minutes=5)
    return phone


def by_api(client: HouseClient, person: Person, **more: object) -> tuple[int, Any]:
    body = {"phone": person.phone, "password": PASSWORD, **more}
    answer = client.post("/api/v1/sign-in", json=body)
    return answer.status_code, answer.json


def by_page(client: HouseClient, person: Person, password: str = PASSWORD) -> str:
    form = {"phone": person.phone, "password": password}
    return client.post("/sign-in", data=form, follow_redirects=True).text


def send_code(client: HouseClient, page: str, code: str) -> Any:
    sealed = SEALED.search(page)
    assert sealed is not None
    return client.post("/sign-in/second-step", data={"sealed": sealed[1], "code": code})


def demand(cast: Cast, level: int) -> None:
    transact(
        lambda: change_settings(
            community_id=cast.community_id,
            changes={"second_step_roles": level},
            actor=SYSTEM,
            now=clocks.now(),
        )
    )


def test_the_api_asks_for_the_code_and_takes_it(
    client: HouseClient, cast: Cast, phone: Authenticator
) -> None:
    status, body = by_api(client, cast.hedu)
    assert (status, body["code"]) == (401, "members.totp_required")
    status, body = by_api(client, cast.hedu, totp="000000")
    assert (status, body["code"]) == (401, "members.totp_wrong")
    status, body = by_api(client, cast.hedu, totp=phone.code())
    assert (status, body["member"]["name"]) == (200, "何督")


def test_the_code_without_the_password_is_nothing(
    client: HouseClient, cast: Cast, phone: Authenticator
) -> None:
    status, body = by_api(client, cast.hedu, password="wrong", totp=phone.code())
    assert (status, body["code"]) == (401, "sign_in.refused")
    assert by_api(client, cast.hedu, totp=phone.code())[0] == 200


@pytest.mark.usefixtures("phone")
def test_a_code_of_somebody_without_a_second_step_is_not_looked_at(
    client: HouseClient, cast: Cast
) -> None:
    assert by_api(client, cast.limei, totp="000000")[0] == 200


def test_the_page_asks_in_a_second_step(
    client: HouseClient, cast: Cast, phone: Authenticator
) -> None:
    page = by_page(client, cast.hedu)
    assert "还要验证器上的 6 位数字" in page
    assert client.get("/approvals").status_code == 302
    wrong = send_code(client, page, "000000")
    assert (wrong.status_code, "验证码不对" in wrong.text) == (401, True)
    assert send_code(client, wrong.text, phone.code()).status_code == 303
    assert client.get("/approvals").status_code == 200


def test_the_step_between_does_not_last(
    client: HouseClient, cast: Cast, phone: Authenticator, clock: FrozenClock
) -> None:
    page = by_page(client, cast.hedu)
    clock.advance(minutes=6)
    assert send_code(client, page, phone.code()).location == "/sign-in"
    assert client.get("/approvals").status_code == 302


def test_the_choice_of_a_community_is_no_way_around(
    client: HouseClient, cast: Cast, phone: Authenticator
) -> None:
    sealed = SEALED.search(by_page(client, cast.hedu))
    assert sealed is not None
    form = {"sealed": sealed[1], "choice": str(cast.community_id)}
    answer = client.post("/sign-in/choice", data=form)
    assert "还要验证器上的 6 位数字" in answer.text
    assert send_code(client, answer.text, phone.code()).status_code == 303


def test_a_recovery_code_opens_once(client: HouseClient, cast: Cast, phone: Authenticator) -> None:
    code = phone.recovery_codes[0]
    assert [by_api(client, cast.hedu, totp=code)[0] for _try in range(2)] == [200, 401]


@pytest.mark.usefixtures("phone")
def test_a_clerk_s_slip_sets_a_password_and_opens_nothing(client: HouseClient, cast: Cast) -> None:
    today = clocks.local_day(clocks.now(), clocks.DEFAULT_ZONE)
    digits = transact(
        lambda: print_slip(
            community_id=cast.community_id,
            member_id=cast.hedu.id,
            actor=SYSTEM,
            now=clocks.now(),
            today=today,
        )
    )
    new = {"password": "xinde mima", "again": "xinde mima"}
    form = {"phone": cast.hedu.phone, "digits": digits, **new}
    answer = client.post("/sign-in/first", data=form)
    assert answer.location == "/sign-in"
    assert client.get("/approvals").status_code == 302
    assert "还要验证器上的 6 位数字" in by_page(client, cast.hedu, "xinde mima")


@pytest.mark.usefixtures("database")
def test_who_is_asked_for_one_and_has_none_can_only_set_it_up(
    client: HouseClient, cast: Cast
) -> None:
    demand(cast, 1)
    page = by_page(client, cast.hedu)
    assert "社区要求您的角色开二次验证" in page
    assert client.get("/approvals").status_code == 403
    assert by_api(client, cast.hedu)[1]["member"]["roles"] == ["volunteer"]
    assert client.get("/me").status_code == 200


@pytest.mark.usefixtures("database")
def test_a_demand_reaches_nobody_below_its_level(client: HouseClient, cast: Cast) -> None:
    demand(cast, 1)
    assert by_api(client, cast.wangqiang)[1]["member"]["roles"] == ["leader", "volunteer"]
    demand(cast, 2)
    assert by_api(client, cast.wangqiang)[1]["member"]["roles"] == ["volunteer"]
    assert by_api(client, cast.limei)[1]["member"]["roles"] == ["volunteer"]
    assert "二次验证" not in by_page(client, cast.limei)


def test_who_set_one_up_meets_the_demand(
    client: HouseClient, cast: Cast, phone: Authenticator
) -> None:
    demand(cast, 2)
    status, body = by_api(client, cast.hedu, totp=phone.code())
    assert (status, body["member"]["roles"]) == (200, ["supervisor", "volunteer"])
