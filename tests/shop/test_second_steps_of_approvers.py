"""A supervisor with a second step approves at the counter with a code of it, card or phone."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests.shop.conftest import Shop
from tests.shop.screens import Screen
from tests.shop.test_pages_refunds import answer, ask_back
from tests.support.authenticators import Authenticator, set_up
from tests.support.cast import bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def order_id(shop: Shop, database: SQLAlchemy) -> UUID:  # noqa: ARG001 - its context
    """李梅 has three soaps."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 200)
    return shop.buy(shop.cast.limei, (shop.soap, 3)).order_id


@pytest.fixture
def phone(shop: Shop, order_id: UUID, clock: FrozenClock) -> Authenticator:  # noqa: ARG001
    phone = set_up(shop.cast.hedu)
    clock.advance(minutes=2)
    return phone


def refund(
    client: HouseClient, shop: Shop, order_id: UUID, key: str, **more: str
) -> tuple[int, str]:
    line = {"order_line_id": str(shop.lines(order_id)[0].id), "quantity": 1}
    answer = client.post(
        f"/api/v1/orders/{order_id}/refunds",
        json={"lines": [line], "reason": "拿错了", **more},
        headers={**bearer(shop.cast.zhangdian), "Idempotency-Key": key},
    )
    return answer.status_code, str((answer.json or {}).get("code"))


def test_who_agrees_on_the_page_proves_the_second_step_first(
    shop: Shop, app: Flask, client: HouseClient, order_id: UUID, phone: Authenticator
) -> None:
    till = Screen(client, shop.cast.zhangdian)
    waiting = ask_back(till, order_id)
    supervisor = Screen(HouseClient(app), shop.cast.hedu)
    answer(supervisor, waiting, approve="yes")
    assert ("/prove" in supervisor.path, shop.on_hand(shop.soap)) == (True, 7)
    supervisor.send(supervisor.path, code=phone.code())
    answer(supervisor, waiting, approve="yes")
    assert shop.on_hand(shop.soap) == 8


def test_the_api_says_what_lacks_and_takes_a_code_once(
    shop: Shop, client: HouseClient, order_id: UUID, phone: Authenticator
) -> None:
    code = {"approver_code": shop.code(shop.cast.hedu)}
    assert refund(client, shop, order_id, "a", **code) == (409, "shop.approver_totp_required")
    wrong = refund(client, shop, order_id, "b", **code, approver_totp="000000")
    assert wrong == (409, "shop.approver_totp_wrong")
    totp = phone.code()
    assert refund(client, shop, order_id, "c", **code, approver_totp=totp)[0] == 201
    again = {"approver_code": shop.card(shop.cast.hedu), "approver_totp": totp}
    assert refund(client, shop, order_id, "d", **again)[1] == "shop.approver_pin_required"


def test_a_lost_answer_is_the_same_answer(
    shop: Shop, client: HouseClient, order_id: UUID, phone: Authenticator
) -> None:
    body = {"approver_code": shop.code(shop.cast.hedu), "approver_totp": phone.code()}
    assert [refund(client, shop, order_id, "same", **body)[0] for _twice in range(2)] == [201, 201]
    assert shop.on_hand(shop.soap) == 8


def test_a_code_of_somebody_else_is_not_enough(
    shop: Shop,
    client: HouseClient,
    order_id: UUID,
    phone: Authenticator,  # noqa: ARG001
) -> None:
    other = set_up(shop.cast.zhaofang)
    body = {"approver_code": shop.code(shop.cast.hedu), "approver_totp": other.code()}
    assert refund(client, shop, order_id, "x", **body) == (409, "shop.approver_totp_wrong")
