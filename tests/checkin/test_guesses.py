"""Typed digits can be guessed: wrong ones are counted for who types them, wherever they do."""

from __future__ import annotations

import pytest

from pointsvc.checkin.codes import new_typed_digits
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.throttle import LIMITS
from tests.checkin.asking import Phone, scan_body
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person, bearer, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

MOST = LIMITS["address"]


def digits_of(duty: Duty, person: Person) -> str:
    now, here = duty.now(), duty.community_id
    return transact(lambda: new_typed_digits(community_id=here, member_id=person.id, now=now))


def other_than(digits: str, count: int) -> list[str]:
    """Digits that nobody has."""
    return [f"{(int(digits) + step) % 10**8:08}" for step in range(1, count + 1)]


def order(client: HouseClient, keeper: Person, digits: str) -> tuple[int, str]:
    body = {"member_code": digits, "lines": [{"product_id": str(new_id()), "quantity": 1}]}
    headers = bearer(keeper) | {"Idempotency-Key": str(new_id())}
    answer = client.post("/api/v1/orders", json=body, headers=headers)
    return answer.status_code, answer.text


def test_an_upload_of_guesses_is_the_last_one(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    phone, right = Phone(client, cast.wangqiang), digits_of(duty, cast.limei)
    answers = phone.upload([scan_body(each) for each in other_than(right, MOST)])
    assert {answer["reason"] for answer in answers} == {"code.expired"}
    assert phone.post("/scans", scan_body(right)).status_code == 429
    assert phone.post("/scans/batch", {"scans": [scan_body(right)]}).status_code == 429
    assert phone.scan(duty.card(cast.limei))["verdict"] == "accepted"
    clock.advance(minutes=16)
    assert phone.scan(digits_of(duty, cast.liuyang))["verdict"] == "accepted"


def test_a_few_mistakes_stop_nobody(duty: Duty, cast: Cast, client: HouseClient) -> None:
    phone, right = Phone(client, cast.wangqiang), digits_of(duty, cast.limei)
    phone.upload([scan_body(each) for each in other_than(right, MOST - 1)])
    assert phone.scan(right)["verdict"] == "accepted"


def test_a_keeper_s_guesses_are_counted(duty: Duty, cast: Cast, client: HouseClient) -> None:
    right = digits_of(duty, cast.limei)
    for each in other_than(right, MOST):
        assert order(client, cast.zhangdian, each)[0] == 409
    assert order(client, cast.zhangdian, right)[0] == 429


def test_guesses_on_the_counter_s_page_are_counted(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    right = digits_of(duty, cast.limei)
    sign_in_cookie(client, cast.zhangdian)
    for each in other_than(right, MOST):
        assert client.post("/shop/counter", data={"scan": each}).status_code == 409
    assert client.post("/shop/counter", data={"scan": right}).status_code == 429


@pytest.mark.usefixtures("database")
def test_digits_in_an_address_say_nothing(duty: Duty, cast: Cast, client: HouseClient) -> None:
    right = digits_of(duty, cast.limei)
    sign_in_cookie(client, cast.wangqiang)
    [wrong] = other_than(right, 1)
    shown, other = client.get(f"/c/{right}").text, client.get(f"/c/{wrong}").text
    assert shown.replace(right, "") == other.replace(wrong, "")
    assert "李梅" not in shown
