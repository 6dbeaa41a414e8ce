"""A supervisor's consent cannot be taken unseen: spent codes, messages in her name, traces."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from pointsvc.audit.models import AuditEvent
from pointsvc.extensions import db
from pointsvc.shop.errors import PinUnset
from pointsvc.web.messages import messages_of
from tests.shop.conftest import SOAP, Shop
from tests.shop.screens import Screen, give_back_by_code
from tests.support.clients import HouseClient

COUNTER = "/shop/counter"


@pytest.fixture
def order_id(shop: Shop) -> UUID:
    """李梅 has three soaps."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 200)
    shop.points(shop.cast.hedu, 200)
    return shop.buy(shop.cast.limei, (shop.soap, 3)).order_id


@pytest.fixture
def till(shop: Shop, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, shop.cast.zhangdian)


def told(shop: Shop) -> list[str]:
    """What 何督 reads on the phone, newest first."""
    return [one.text for one in messages_of(shop.community_id, shop.cast.hedu.id).rows]


def traces(shop: Shop, action: str) -> list[tuple[UUID | None, dict[str, str]]]:
    rows = db.session.execute(
        select(AuditEvent.subject_id, AuditEvent.detail).where(
            AuditEvent.community_id == shop.community_id, AuditEvent.action == action
        )
    )
    return [(row.subject_id, row.detail) for row in rows]


def test_a_code_scanned_at_the_counter_does_not_approve(
    shop: Shop, till: Screen, order_id: UUID
) -> None:
    code = shop.code(shop.cast.hedu)
    till.show("/shop")
    till.send(COUNTER, scan=code)
    give_back_by_code(shop, till, order_id, code)
    assert (till.answer.status_code, (till.answer.json or {})["code"]) == (409, "code.spent")
    assert shop.on_hand(shop.soap) == 7


def test_a_code_that_paid_does_not_approve(shop: Shop, till: Screen, order_id: UUID) -> None:
    code = shop.code(shop.cast.hedu)
    till.show("/shop")
    till.send(COUNTER, scan=code)
    till.send(COUNTER, scan=SOAP.barcode or "")
    till.send("/shop/exchange")
    give_back_by_code(shop, till, order_id, code)
    assert (till.answer.status_code, shop.on_hand(shop.soap)) == (409, 6)


def test_a_code_that_approved_buys_nothing(shop: Shop, till: Screen, order_id: UUID) -> None:
    code = shop.code(shop.cast.hedu)
    give_back_by_code(shop, till, order_id, code)
    till.show("/shop")
    till.send(COUNTER, scan=code)
    assert (till.answer.status_code, "这个码已用过" in till.page) == (409, True)


def test_who_approved_a_refund_is_told_at_once(shop: Shop, till: Screen, order_id: UUID) -> None:
    give_back_by_code(shop, till, order_id, shop.code(shop.cast.hedu))
    [words] = told(shop)
    assert words.startswith("用您的码同意了一次退兑：小票 1，退回 40 分")
    assert "马上告诉社区专干" in words


def test_a_refused_second_person_leaves_a_trace(shop: Shop, till: Screen, order_id: UUID) -> None:
    give_back_by_code(shop, till, order_id, shop.code(shop.cast.zhaofang))
    detail = {"refusal": "shop.approver_not_allowed", "member_id": str(shop.cast.zhaofang.id)}
    assert traces(shop, "shop.approval_refused") == [(order_id, detail)]


def test_a_code_that_nobody_has_leaves_a_trace(shop: Shop, till: Screen, order_id: UUID) -> None:
    give_back_by_code(shop, till, order_id, "12345678")
    [(_about, detail)] = traces(shop, "shop.approval_refused")
    assert detail == {"refusal": "code.expired"}


def test_a_wrong_pin_leaves_a_trace(
    shop: Shop, till: Screen, order_id: UUID, client: HouseClient
) -> None:
    shop.give_pin(shop.cast.hedu)
    give_back_by_code(shop, till, order_id, shop.card(shop.cast.hedu), approver_pin="1357")
    assert traces(shop, "shop.pin_failed") == [(shop.cast.hedu.id, {})]
    page = Screen(client, shop.cast.zhoumin).show("/trail").text
    assert "PIN 输错" in page


def test_a_card_without_a_pin_is_said_to_have_none(shop: Shop, till: Screen) -> None:
    shop.points(shop.cast.limei, 400)
    shop.stock(shop.rice, 2)
    till.show("/shop")
    till.send(COUNTER, scan=shop.card(shop.cast.limei))
    till.send(COUNTER, add=shop.rice.hex)
    assert str(PinUnset.message) in till.page
    till.send("/shop/exchange", pin="1357")
    assert till.answer.status_code == 409  # shop.pin_unset
    assert "确认兑换" not in till.page


def test_invented_digits_are_not_called_expired(till: Screen, order_id: UUID) -> None:  # noqa: ARG001
    till.show("/shop")
    till.send(COUNTER, scan="12345678")
    assert ("不认识这 8 位数字" in till.page, "已过期" in till.page) == (True, False)
