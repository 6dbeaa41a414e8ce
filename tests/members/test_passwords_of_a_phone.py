"""A phone's passwords: a clerk's slip opens one community, and shuts nobody out of another."""

from __future__ import annotations

from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import change_phone
from pointsvc.members.first_sign_ins import print_slip
from pointsvc.members.models import Credential
from pointsvc.members.phones import indexes_of
from tests.support.cast import PASSWORD, Cast, Person
from tests.support.clients import HouseClient

THEIRS = "ta-ren-de-mima"
pytestmark = pytest.mark.usefixtures("database")


def enter_with_slip(client: HouseClient, person: Person, phone: str, password: str) -> None:
    """A clerk of the person's community gives them the phone, and whoever holds the slip enters."""
    now, ours = clock.now(), {"community_id": person.community_id, "member_id": person.id}
    today = clock.local_day(now, "Asia/Shanghai")

    def work() -> str:
        if person.phone != phone:
            change_phone(**ours, phone=phone, actor=SYSTEM, now=now)  # type: ignore[arg-type]
        return print_slip(**ours, actor=SYSTEM, now=now, today=today)  # type: ignore[arg-type]

    form = {"phone": phone, "digits": transact(work), "password": password, "again": password}
    assert client.post("/sign-in/first", data=form).status_code == 303


def who_enters(client: HouseClient, phone: str, password: str) -> Any:
    body = {"phone": phone, "password": password}
    answer: Any = client.post("/api/v1/sign-in", json=body).json
    return answer.get("member", {}).get("id") or answer.get("communities")


def test_another_community_s_slip_shuts_nobody_out(client: HouseClient, cast: Cast) -> None:
    enter_with_slip(client, cast.chenjing, cast.zhaofang.phone, THEIRS)
    assert who_enters(client, cast.zhaofang.phone, PASSWORD) == str(cast.zhaofang.id)
    assert who_enters(client, cast.zhaofang.phone, THEIRS) == str(cast.chenjing.id)


def test_no_slip_shuts_the_operator_out(client: HouseClient, cast: Cast) -> None:
    enter_with_slip(client, cast.chenjing, cast.heyun.phone, THEIRS)
    assert who_enters(client, cast.heyun.phone, PASSWORD) == str(cast.heyun.id)
    assert who_enters(client, cast.heyun.phone, THEIRS) == str(cast.chenjing.id)


def test_who_forgot_gets_a_new_password_and_the_old_one_ends(
    client: HouseClient, cast: Cast, database: SQLAlchemy
) -> None:
    enter_with_slip(client, cast.limei, cast.limei.phone, THEIRS)
    assert who_enters(client, cast.limei.phone, PASSWORD) is None
    assert who_enters(client, cast.limei.phone, THEIRS) == str(cast.limei.id)
    kept = select(func.count()).where(Credential.phone_index.in_(indexes_of(cast.limei.phone)))
    assert database.session.scalar(kept) == 1


def test_the_same_password_opens_both(client: HouseClient, cast: Cast) -> None:
    enter_with_slip(client, cast.chenjing, cast.limei.phone, PASSWORD)
    places = who_enters(client, cast.limei.phone, PASSWORD)
    homes = {str(cast.limei.community_id), str(cast.chenjing.community_id)}
    assert {place["id"] for place in places} == homes
