"""Phone and password for a token: `POST /api/v1/sign-in`."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.transaction import transact
from pointsvc.members.credentials import link_everything
from pointsvc.members.editing import let_go
from pointsvc.members.rules import Door
from pointsvc.members.service import NewMember, register_member
from tests.support.cast import PASSWORD, Cast, Person, bearer, password_hash
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

Json = dict[str, Any]


def ask(client: HouseClient, address: str = "127.0.0.1", **body: object) -> tuple[int, Any]:
    """What the door answers to these values."""
    answer = client.post("/api/v1/sign-in", json=body, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code, answer.json


def settle_abroad(cast: Cast, person: Person) -> None:
    """Register the person in the other community too, with the same phone and password."""
    now = clocks.now()
    home_again = NewMember(person.name, phone=person.phone, door=Door("5", "1", "501"))

    def work() -> None:
        register_member(
            community_id=cast.other_community_id,
            person=home_again,
            recorded_by_id=None,
            now=now,
        )
        link_everything(phone=person.phone, password_hash=password_hash(), now=now)

    transact(work)


@pytest.mark.parametrize("phone", ["13800000001", "138 0000 0001", "+86 138-0000-0001"])
def test_phone_and_password_give_a_token(client: HouseClient, cast: Cast, phone: str) -> None:
    status, body = ask(client, phone=phone, password=PASSWORD)
    assert (status, set(body)) == (200, {"token", "expires_at", "member"})
    assert body["member"] == {"id": str(cast.limei.id), "name": "李梅", "roles": ["volunteer"]}
    headers = {"Authorization": f"Bearer {body['token']}"}
    me: Any = client.get("/api/v1/me", headers=headers).json
    assert me["id"] == str(cast.limei.id)


def test_the_operator_signs_in_and_is_no_member(client: HouseClient, cast: Cast) -> None:
    _status, body = ask(client, phone=cast.heyun.phone, password=PASSWORD)
    assert body["member"]["roles"] == ["operator"]
    headers = {"Authorization": f"Bearer {body['token']}"}
    assert client.get("/operator", headers=headers).status_code == 200
    assert client.get("/api/v1/me", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("phone", "password"),
    [
        ("13800000001", "wrong"),
        ("13800000001", ""),
        ("13899999999", PASSWORD),
        ("not a phone", PASSWORD),
    ],
)
@pytest.mark.usefixtures("cast")
def test_what_does_not_fit_is_401_and_never_says_which(
    client: HouseClient, phone: str, password: str
) -> None:
    status, body = ask(client, phone=phone, password=password)
    assert (status, body["code"]) == (401, "sign_in.refused")
    assert phone not in str(body)


@pytest.mark.usefixtures("database")
def test_a_phone_of_two_communities_is_asked_which(client: HouseClient, cast: Cast) -> None:
    settle_abroad(cast, cast.limei)
    status, body = ask(client, phone=cast.limei.phone, password=PASSWORD)
    assert status == 200
    assert body == {
        "communities": [
            {"id": str(cast.other_community_id), "name": "余丁家园"},
            {"id": str(cast.community_id), "name": "尚城名邸"},
        ]
    }
    chosen = {"phone": cast.limei.phone, "password": PASSWORD}
    status, body = ask(client, **chosen, community_id=str(cast.community_id))
    assert (status, body["member"]["id"]) == (200, str(cast.limei.id))


def test_another_community_s_door_stays_shut(client: HouseClient, cast: Cast) -> None:
    status, body = ask(
        client,
        phone=cast.limei.phone,
        password=PASSWORD,
        community_id=str(cast.other_community_id),
    )
    assert (status, body["code"]) == (401, "sign_in.refused")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"phone": "13800000001"},
        {"password": PASSWORD},
        {"card": "X"},
        {"phone": "13800000001", "password": PASSWORD, "pin": "1"},
        {"phone": 13800000001, "password": PASSWORD},
        {"phone": "13800000001", "password": PASSWORD, "community_id": "x"},
        {"phone": "13800000001", "password": PASSWORD, "remember": True},
    ],
    ids=str,
)
def test_a_body_that_is_no_pair_is_422(client: HouseClient, body: Json) -> None:
    status, said = ask(client, **body)
    assert (status, said["code"]) == (422, "invalid")


@pytest.mark.usefixtures("cast")
def test_five_failures_of_a_phone_close_it_for_a_quarter_of_an_hour(
    client: HouseClient, clock: FrozenClock
) -> None:
    for number in range(5):
        assert ask(client, f"10.0.0.{number}", phone="13800000001", password="x")[0] == 401
    status, body = ask(client, "10.0.0.9", phone="13800000001", password=PASSWORD)
    assert (status, body["code"]) == (429, "sign_in.too_many")
    assert body["context"] == {"minutes": 15}
    assert ask(client, phone="13800000002", password=PASSWORD)[0] == 200
    clock.advance(minutes=15)
    assert ask(client, phone="13800000001", password=PASSWORD)[0] == 200


@pytest.mark.usefixtures("cast")
def test_a_closed_phone_costs_no_hash(client: HouseClient) -> None:
    """The throttle stands before Argon2: a flood of guesses does not eat the processor."""
    spent = []
    for number in range(8):
        began_at = time.process_time()
        status = ask(client, phone="13800000001", password=f"x{number}")[0]
        spent.append((status, time.process_time() - began_at))
    hashed = min(seconds for status, seconds in spent if status == 401)
    assert [status for status, _seconds in spent] == [401] * 5 + [429] * 3
    assert min(seconds for status, seconds in spent if status == 429) < hashed / 2


@pytest.mark.usefixtures("cast")
def test_successes_are_not_counted(client: HouseClient) -> None:
    for _time in range(6):
        assert ask(client, phone="13800000001", password=PASSWORD)[0] == 200
    for _time in range(4):
        assert ask(client, phone="13800000001", password="x")[0] == 401
    assert ask(client, phone="13800000001", password=PASSWORD)[0] == 200


@pytest.mark.slow
@pytest.mark.engines("sqlite")  # fifty hashes once are enough
@pytest.mark.usefixtures("cast")
def test_fifty_failures_close_an_address(client: HouseClient) -> None:
    for number in range(50):
        assert ask(client, phone=f"139{number:08}", password="x")[0] == 401
    assert ask(client, phone="13800000001", password=PASSWORD)[0] == 429
    assert ask(client, "10.0.0.7", phone="13800000001", password=PASSWORD)[0] == 200


@pytest.mark.usefixtures("database")
def test_a_departed_person_does_not_sign_in(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.limei)
    transact(
        lambda: let_go(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            actor=SYSTEM,
            now=clocks.now(),
        )
    )
    assert ask(client, phone=cast.limei.phone, password=PASSWORD)[0] == 401
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_token_ends_after_thirty_days(
    client: HouseClient, cast: Cast, clock: FrozenClock
) -> None:
    _status, body = ask(client, phone=cast.limei.phone, password=PASSWORD)
    headers = {"Authorization": f"Bearer {body['token']}"}
    assert (
        body["expires_at"]
        == (clocks.now() + timedelta(days=30))
        .astimezone(clocks.local(clocks.now(), "Asia/Shanghai").tzinfo)
        .isoformat()
    )
    clock.advance(days=29, hours=23)
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    clock.advance(hours=1)
    assert client.get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic eDp5", "Bearer \u00e9", "x"])
def test_a_token_that_is_none_is_401(client: HouseClient, header: str) -> None:
    answer: Any = client.get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "sign_in.required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
