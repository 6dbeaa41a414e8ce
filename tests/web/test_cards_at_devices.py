"""A card and a PIN at a shared device of the community, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.passwords import hash_secret
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import find_card, issue_card, revoke_card
from pointsvc.members.secrets import set_pin
from pointsvc.organisation.devices import create_device, enrol, revoke_device
from tests.support.cast import Cast, Person
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")

PIN = "2580"


@dataclass(frozen=True)
class Desk:
    """A till in the shop, and 李梅's card with its PIN."""

    cast: Cast
    device_id: UUID
    device: dict[str, str]
    card: str

    def ask(self, client: HouseClient, **changes: str) -> tuple[int, Any]:
        body = {"card": self.card, "pin": PIN, **changes}
        answer = client.post("/api/v1/sign-in", json=body, headers=self.device)
        return answer.status_code, answer.json


def card_of(person: Person) -> str:
    assert person.community_id is not None
    card = find_card(person.community_id, person.id)
    assert card is not None
    return card.token


@pytest.fixture
def desk(cast: Cast, database: SQLAlchemy) -> Desk:  # noqa: ARG001 - its context
    device_id, now, home = new_id(), clocks.now(), cast.community_id
    code = transact(
        lambda: create_device(
            community_id=home,
            device_id=device_id,
            kind="till",
            name="一号收银台",
            place_id=cast.shop_id,
            actor=SYSTEM,
            now=now,
        )
    )
    enrolled = transact(lambda: enrol(code=code, agent="test", now=now))
    for person in (cast.limei, cast.zhangdian, cast.chenjing):
        give_card(person)
    headers = {"Authorization": f"Bearer {enrolled.visit.token}"}
    return Desk(cast, device_id, headers, card_of(cast.limei))


def give_card(person: Person) -> None:
    """A card with the PIN 2580."""
    community_id, now = person.community_id, clocks.now()
    assert community_id is not None
    pin_hash = hash_secret(PIN)

    def work() -> None:
        issue_card(community_id=community_id, member_id=person.id, actor=SYSTEM, now=now)
        set_pin(
            community_id=community_id,
            member_id=person.id,
            pin_hash=pin_hash,
            actor=SYSTEM,
            now=now,
        )

    transact(work)


def me(client: HouseClient, token: str) -> int:
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def test_card_and_pin_open_a_visit_on_the_device(desk: Desk, client: HouseClient) -> None:
    status, body = desk.ask(client)
    assert (status, body["member"]["name"]) == (200, "李梅")
    assert me(client, body["token"]) == 200


def test_the_visit_ends_after_a_minute_without_a_request(
    desk: Desk, client: HouseClient, clock: FrozenClock
) -> None:
    token = desk.ask(client)[1]["token"]
    for _time in range(3):
        clock.advance(seconds=50)
        assert me(client, token) == 200
    clock.advance(seconds=61)
    assert me(client, token) == 401


def test_at_a_till_a_clerk_is_no_clerk(desk: Desk, client: HouseClient) -> None:
    """A card and four digits prove less than a password."""
    _status, body = desk.ask(client, card=card_of(desk.cast.zhangdian))
    assert body["member"]["roles"] == ["keeper", "volunteer"]
    give_card(desk.cast.zhaofang)
    _status, body = desk.ask(client, card=card_of(desk.cast.zhaofang))
    assert body["member"]["roles"] == ["volunteer"]
    headers = {"Authorization": f"Bearer {body['token']}"}
    assert client.get("/members", headers=headers).status_code == 403


@pytest.mark.parametrize("pin", ["0000", "", "25800", "٢٥٨٠"])
def test_a_wrong_pin_is_refused(desk: Desk, client: HouseClient, pin: str) -> None:
    status, body = desk.ask(client, pin=pin)
    expected = (422, "invalid") if pin == "" else (401, "sign_in.card_refused")
    assert (status, body["code"]) == expected


def test_five_wrong_pins_close_the_card(
    desk: Desk, client: HouseClient, clock: FrozenClock
) -> None:
    assert [desk.ask(client, pin="0001")[0] for _time in range(6)] == [401] * 5 + [429]
    assert desk.ask(client)[0] == 429
    clock.advance(minutes=16)
    assert desk.ask(client)[0] == 200


def test_a_revoked_or_foreign_card_is_refused(desk: Desk, client: HouseClient) -> None:
    status, body = desk.ask(client, card=card_of(desk.cast.chenjing))
    assert (status, body["code"]) == (401, "sign_in.card_refused")
    home, member_id = desk.cast.community_id, desk.cast.limei.id
    transact(
        lambda: revoke_card(
            community_id=home, member_id=member_id, reason="lost", actor=SYSTEM, now=clocks.now()
        )
    )
    assert desk.ask(client)[0] == 401
    assert desk.ask(client, card="not a code")[0] == 401


def test_without_a_device_s_token_a_card_opens_nothing(desk: Desk, client: HouseClient) -> None:
    body = {"card": desk.card, "pin": PIN}
    answer: Any = client.post("/api/v1/sign-in", json=body)
    assert (answer.status_code, answer.json["code"]) == (403, "sign_in.device_needed")


def test_a_device_that_is_shut_out_takes_its_visits_along(desk: Desk, client: HouseClient) -> None:
    token = desk.ask(client)[1]["token"]
    home, device_id = desk.cast.community_id, desk.device_id
    transact(
        lambda: revoke_device(
            community_id=home, device_id=device_id, actor=SYSTEM, now=clocks.now()
        )
    )
    assert me(client, token) == 401
    assert desk.ask(client)[0] in {401, 403}


def test_the_page_at_the_device_signs_in_too(desk: Desk, client: HouseClient) -> None:
    client.set_cookie("device", desk.device["Authorization"].removeprefix("Bearer "))
    assert "收银台" in client.get("/", follow_redirects=True).text
    assert client.get("/sign-in").headers["Location"] == "/sign-in/card"
    page = client.post("/sign-in/card", data={"card": desk.card, "pin": "0000"})
    assert page.status_code == 401
    assert "PIN 不对" in page.text
    assert client.post("/sign-in/card", data={"card": desk.card, "pin": PIN}).status_code == 303
    assert "李梅" in client.get("/me").text
    client.post("/sign-out")
    assert client.get("/me").status_code == 403
    assert client.get("/device").status_code == 200
