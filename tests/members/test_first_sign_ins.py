"""The ways in for once: eight digits on a slip, and an invitation's address."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import change_phone, edit_member, let_go, say_consent
from pointsvc.members.errors import GuardianMissing, LinkSpent, NotActive, PhoneMissing
from pointsvc.members.first_sign_ins import find_by_token, invite, print_slip, use_way
from tests.support.cast import PASSWORD, Cast, Person
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

NEW = "li-mei-de-mima"
pytestmark = pytest.mark.usefixtures("database")


def slip_of(person: Person) -> str:
    return str(transact(lambda: print_slip(**facts(person))))


def invitation_of(person: Person) -> str:
    return str(transact(lambda: invite(**facts(person))))


def facts(person: Person) -> dict[str, Any]:
    now = clocks.now()
    return {
        "community_id": person.community_id,
        "member_id": person.id,
        "actor": SYSTEM,
        "now": now,
        "today": clocks.local_day(now, "Asia/Shanghai"),
    }


def enter(client: HouseClient, digits: str, phone: str = "13800000001", password: str = NEW) -> int:
    form = {"phone": phone, "digits": digits, "password": password, "again": password}
    return client.post("/sign-in/first", data=form).status_code


def signs_in(client: HouseClient, password: str, phone: str = "13800000001") -> bool:
    body = {"phone": phone, "password": password}
    return client.post("/api/v1/sign-in", json=body).status_code == 200


def test_eight_digits_and_a_phone_make_a_password(client: HouseClient, cast: Cast) -> None:
    digits = slip_of(cast.limei)
    assert len(digits) == 8
    assert digits.isdecimal()
    assert enter(client, digits) == 303
    assert "李梅" in client.get("/me").text
    assert signs_in(client, NEW)
    assert not signs_in(client, PASSWORD)


def test_digits_work_once(client: HouseClient, cast: Cast) -> None:
    digits = slip_of(cast.limei)
    assert enter(client, digits) == 303
    page = client.post(
        "/sign-in/first",
        data={"phone": cast.limei.phone, "digits": digits, "password": "x" * 9, "again": "x" * 9},
    )
    assert page.status_code == 401
    assert "sign_in.digits_refused" in page.text or "登录码" in page.text
    assert signs_in(client, NEW)


def test_a_newer_slip_ends_the_older_one(client: HouseClient, cast: Cast) -> None:
    older, newer = slip_of(cast.limei), slip_of(cast.limei)
    assert enter(client, older) == 401
    assert enter(client, newer) == 303


def test_digits_are_good_for_thirty_days(
    client: HouseClient, cast: Cast, clock: FrozenClock
) -> None:
    digits = slip_of(cast.limei)
    clock.advance(days=30)
    assert enter(client, digits) == 401
    digits = slip_of(cast.limei)
    clock.advance(days=29)
    assert enter(client, digits) == 303


def test_digits_belong_to_one_phone(client: HouseClient, cast: Cast) -> None:
    assert enter(client, slip_of(cast.limei), phone=cast.liuyang.phone) == 401


def test_guesses_of_digits_are_throttled(client: HouseClient, cast: Cast) -> None:
    digits = slip_of(cast.limei)
    wrong = "00000000" if digits != "00000000" else "11111111"
    assert [enter(client, wrong) for _time in range(5)] == [401] * 5
    assert enter(client, digits) == 429


@pytest.mark.parametrize("password", ["short", "12345678", "aaaaaaaa", "x" * 129])
def test_a_weak_password_spends_nothing(client: HouseClient, cast: Cast, password: str) -> None:
    digits = slip_of(cast.limei)
    assert enter(client, digits, password=password) == 422
    assert enter(client, digits) == 303


def test_two_different_passwords_keep_the_form(client: HouseClient, cast: Cast) -> None:
    form = {"phone": cast.limei.phone, "digits": slip_of(cast.limei), "password": NEW, "again": "x"}
    page = client.post("/sign-in/first", data=form)
    assert page.status_code == 422
    assert "两次输入的密码不一样" in page.text
    assert cast.limei.phone in page.text
    assert NEW not in page.text


def test_an_invitation_is_an_address_for_once(client: HouseClient, cast: Cast) -> None:
    address = f"/sign-in/invitation/{invitation_of(cast.limei)}"
    for _look in range(2):
        assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert client.post(address, data={"password": NEW, "again": NEW}).status_code == 303
    assert client.get("/me").status_code == 200
    assert client.get(address).status_code == 404
    assert client.post(address, data={"password": NEW, "again": NEW}).status_code == 404


def test_an_invitation_ends_after_a_week(cast: Cast, clock: FrozenClock) -> None:
    token = invitation_of(cast.limei)
    clock.advance(days=7)
    with pytest.raises(LinkSpent):
        find_by_token(token=token, now=clocks.now())


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "0" * 96, "\u5fae" * 40])
@pytest.mark.usefixtures("cast")
def test_a_token_of_nowhere_opens_nothing(token: str) -> None:
    with pytest.raises(LinkSpent):
        find_by_token(token=token, now=clocks.now())


def test_two_who_use_an_invitation_at_once_are_one(cast: Cast) -> None:
    way = find_by_token(token=invitation_of(cast.limei), now=clocks.now())
    transact(lambda: use_way(way=way, now=clocks.now()))
    with pytest.raises(LinkSpent):
        transact(lambda: use_way(way=way, now=clocks.now()))


def test_a_new_password_does_not_open_other_communities(
    client: HouseClient, cast: Cast, database: SQLAlchemy
) -> None:
    """Whoever holds a slip of one community knows nothing of the phone's other ones."""
    transact(lambda: move_to_phone(cast.chenjing, cast.limei.phone))
    assert enter(client, slip_of(cast.limei)) == 303
    answer: Any = client.post("/api/v1/sign-in", json={"phone": cast.limei.phone, "password": NEW})
    assert answer.json["member"]["id"] == str(cast.limei.id)
    assert database.session.is_active


def move_to_phone(person: Person, phone: str | None) -> None:
    assert person.community_id is not None
    change_phone(
        community_id=person.community_id,
        member_id=person.id,
        phone=phone,
        actor=SYSTEM,
        now=clocks.now(),
    )


def test_without_a_phone_there_is_no_slip(cast: Cast) -> None:
    transact(lambda: move_to_phone(cast.limei, None))
    with pytest.raises(PhoneMissing):
        slip_of(cast.limei)


def make_child(cast: Cast, on: date = date(2015, 6, 1)) -> None:
    transact(
        lambda: edit_member(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            changes={"born_on": on},
            actor=SYSTEM,
            now=clocks.now(),
        )
    )


def test_a_child_needs_the_guardian_s_word(client: HouseClient, cast: Cast) -> None:
    """PIPL art. 31: under fourteen nobody signs in without it."""
    make_child(cast)
    with pytest.raises(GuardianMissing):
        slip_of(cast.limei)
    refused: Any = client.post(
        "/api/v1/sign-in", json={"phone": cast.limei.phone, "password": PASSWORD}
    )
    assert (refused.status_code, refused.json["code"]) == (409, "members.guardian_missing")
    transact(
        lambda: say_consent(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            purpose="guardian",
            given=True,
            guardian_name="李大山",
            recorded_by_id=cast.zhaofang.id,
            now=clocks.now(),
        )
    )
    assert signs_in(client, PASSWORD)


def test_at_fourteen_the_word_is_one_s_own(client: HouseClient, cast: Cast) -> None:
    make_child(cast, date(2012, 11, 22))
    assert not signs_in(client, PASSWORD)
    make_child(cast, date(2012, 11, 21))
    assert signs_in(client, PASSWORD)


def test_who_left_gets_no_slip(client: HouseClient, cast: Cast) -> None:
    digits = slip_of(cast.limei)
    transact(
        lambda: let_go(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            actor=SYSTEM,
            now=clocks.now(),
        )
    )
    assert enter(client, digits) == 401
    with pytest.raises(NotActive):
        slip_of(cast.limei)
