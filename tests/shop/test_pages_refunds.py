"""Goods given back on the page: what, why, and the second person's code."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import grant_role
from tests.shop.conftest import Shop
from tests.shop.screens import Screen
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def order_id(shop: Shop) -> UUID:
    """李梅 has three soaps."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 200)
    return shop.buy(shop.cast.limei, (shop.soap, 3)).order_id


@pytest.fixture
def till(shop: Shop, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, shop.cast.zhangdian)


def give_back(till: Screen, order_id: UUID, code: str, **changes: str) -> None:
    path = f"/shop/orders/{order_id}/refund"
    till.show(path)
    values = {"quantity": "1", "reason": "拿错了", "approver_code": code} | changes
    till.send(path, **values)


def test_goods_come_back_with_the_supervisors_code(
    shop: Shop, till: Screen, order_id: UUID
) -> None:
    give_back(till, order_id, shop.code(shop.cast.hedu), quantity="2")
    assert till.path == f"/shop/orders/{order_id}"
    assert ("退回 80 分" in till.page, "何督" in till.page) == (True, True)
    assert (shop.on_hand(shop.soap), shop.balance(shop.cast.limei)) == (9, 160)


def test_a_second_tap_gives_back_once(shop: Shop, till: Screen, order_id: UUID) -> None:
    path = f"/shop/orders/{order_id}/refund"
    till.show(path)
    form = till.filled(path, quantity="1", reason="拿错了", approver_code=shop.code(shop.cast.hedu))
    statuses = [till.client.post(path, data=form).status_code for _tap in range(2)]
    assert (statuses, shop.on_hand(shop.soap)) == ([303, 303], 8)


@pytest.mark.parametrize("name", ["zhangdian", "limei", "zhaofang", "zhoumin"])
def test_only_a_supervisor_is_the_second_person(
    shop: Shop, till: Screen, order_id: UUID, name: str
) -> None:
    give_back(till, order_id, shop.code(getattr(shop.cast, name)))
    assert till.answer.status_code == 409
    assert "须由另一位监督员批准：不能是店员、本人，也不能是他们的家人" in till.page
    assert 'value="拿错了"' in till.page
    assert shop.on_hand(shop.soap) == 7


def test_a_supervisors_printed_card_needs_the_pin(shop: Shop, till: Screen, order_id: UUID) -> None:
    give_back(till, order_id, shop.card(shop.cast.hedu))
    assert (till.answer.status_code, shop.on_hand(shop.soap)) == (409, 7)
    assert "要监督员本人输入 PIN" in till.page


def test_more_than_was_handed_out_does_not_come_back(
    shop: Shop, till: Screen, order_id: UUID
) -> None:
    give_back(till, order_id, shop.code(shop.cast.hedu), quantity="4")
    assert till.answer.status_code == 409
    assert "退的数量超过了还没退的数量" in till.page
    assert shop.on_hand(shop.soap) == 7


@pytest.mark.parametrize(
    "changes", [{"quantity": "0"}, {"quantity": "-1"}, {"reason": ""}, {"approver_code": ""}]
)
def test_a_form_with_a_gap_says_so(
    shop: Shop, till: Screen, order_id: UUID, changes: dict[str, str]
) -> None:
    give_back(till, order_id, shop.code(shop.cast.hedu), **changes)
    assert till.answer.status_code == 422
    assert shop.on_hand(shop.soap) == 7


def test_a_keeper_takes_nothing_back_from_themself(
    shop: Shop, client: HouseClient, order_id: UUID
) -> None:
    transact(
        lambda: grant_role(
            community_id=shop.community_id,
            grant_id=new_id(),
            member_id=shop.cast.limei.id,
            role="keeper",
            place_id=shop.cast.shop_id,
            granted_by=SYSTEM,
            now=clock.now(),
        )
    )
    own = Screen(client, shop.cast.limei)
    give_back(own, order_id, shop.code(shop.cast.hedu))
    assert (own.answer.status_code, "请另一位店员来办" in own.page) == (409, True)


def test_what_is_all_back_has_no_form(shop: Shop, till: Screen, order_id: UUID) -> None:
    give_back(till, order_id, shop.code(shop.cast.hedu), quantity="3")
    till.show(f"/shop/orders/{order_id}/refund")
    assert ("已经全部退过了" in till.page, "确认退兑" in till.page) == (True, False)


@pytest.mark.parametrize("name", ["hedu", "zhoumin", "zhaofang"])
def test_reviewers_read_who_gave_back_and_who_approved(
    shop: Shop, client: HouseClient, till: Screen, order_id: UUID, name: str
) -> None:
    give_back(till, order_id, shop.code(shop.cast.hedu))
    page = Screen(client, getattr(shop.cast, name)).show("/shop/refunds").text
    row = page.split("<tbody>")[1]
    assert all(word in row for word in ("李梅", "张店", "何督", "拿错了"))


# -- the list --------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "is_found"), [("1", True), ("李梅", True), ("王强", False)])
def test_an_order_is_found_by_receipt_or_person(
    till: Screen, order_id: UUID, text: str, *, is_found: bool
) -> None:
    till.show(f"/shop/orders?q={text}")
    assert (str(order_id) in till.page) is is_found


@pytest.mark.parametrize(("on", "is_found"), [("2026-11-21", True), ("2026-11-20", False)])
def test_orders_are_listed_by_day_with_the_days_totals(
    till: Screen, order_id: UUID, on: str, *, is_found: bool
) -> None:
    till.show(f"/shop/orders?on={on}")
    assert (str(order_id) in till.page) is is_found
    assert ('<span class="number">120</span>' in till.page) is is_found
