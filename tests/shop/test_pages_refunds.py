"""Goods given back on the page: what, why, and a supervisor who agrees on their own phone."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import grant_role
from pointsvc.shop.errors import RequestEnded
from tests.shop.conftest import Shop
from tests.shop.screens import Screen
from tests.support.cast import Person
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def order_id(shop: Shop) -> UUID:
    """李梅 has three soaps."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 200)
    return shop.buy(shop.cast.limei, (shop.soap, 3)).order_id


def grant(shop: Shop, person: Person, role: str, **scope: UUID) -> None:
    """A role more."""
    transact(
        lambda: grant_role(
            community_id=shop.community_id,
            grant_id=new_id(),
            member_id=person.id,
            role=role,
            granted_by=SYSTEM,
            now=clock.now(),
            **scope,
        )
    )


@pytest.fixture
def till(shop: Shop, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, shop.cast.zhangdian)


@pytest.fixture
def supervisor(shop: Shop, app: Flask) -> Screen:
    """何督's own phone."""
    return Screen(HouseClient(app), shop.cast.hedu)


def ask_back(till: Screen, order_id: UUID, **changes: str) -> str:
    """The keeper asks; the path of the page that waits."""
    path = f"/shop/orders/{order_id}/refund"
    till.show(path)
    till.send(path, **({"quantity": "1", "reason": "拿错了"} | changes))
    return till.path


def answer(screen: Screen, waiting: str, **values: str) -> None:
    """Somebody answers on the list of what waits."""
    screen.answer = screen.client.post(f"{waiting}/decide", data=values, follow_redirects=True)


def test_goods_come_back_when_the_supervisor_agrees(
    shop: Shop, till: Screen, supervisor: Screen, order_id: UUID
) -> None:
    waiting = ask_back(till, order_id, quantity="2")
    assert ("等监督员同意" in till.page, shop.on_hand(shop.soap)) == (True, 7)
    assert "拿错了" in supervisor.show("/shop/requests").text
    answer(supervisor, waiting, approve="yes")
    assert "同意了，退回 80 分" in supervisor.page
    assert "何督同意了，退回 80 分" in till.show(waiting).text
    assert (shop.on_hand(shop.soap), shop.balance(shop.cast.limei)) == (9, 160)


def test_a_no_says_why_and_nothing_moves(
    shop: Shop, till: Screen, supervisor: Screen, order_id: UUID
) -> None:
    waiting = ask_back(till, order_id)
    answer(supervisor, waiting, approve="no")
    assert (supervisor.answer.status_code, "请写上为什么不同意" in supervisor.page) == (422, True)
    answer(supervisor, waiting, approve="no", answer="东西拆开了")
    assert "何督没有同意：东西拆开了" in till.show(waiting).text
    assert shop.on_hand(shop.soap) == 7


def test_what_is_decided_is_not_decided_again(
    shop: Shop, till: Screen, supervisor: Screen, order_id: UUID
) -> None:
    waiting = ask_back(till, order_id)
    for _tap in range(2):
        answer(supervisor, waiting, approve="yes")
    assert (supervisor.answer.status_code, shop.on_hand(shop.soap)) == (409, 8)
    assert RequestEnded.code == "shop.request_ended"


def test_more_than_was_handed_out_does_not_come_back(
    shop: Shop, till: Screen, order_id: UUID
) -> None:
    ask_back(till, order_id, quantity="4")
    assert till.answer.status_code == 409
    assert "退的数量超过了还没退的数量" in till.page
    assert shop.on_hand(shop.soap) == 7


@pytest.mark.parametrize("changes", [{"quantity": "0"}, {"quantity": "-1"}, {"reason": ""}])
def test_a_form_with_a_gap_says_so(till: Screen, order_id: UUID, changes: dict[str, str]) -> None:
    ask_back(till, order_id, **changes)
    assert till.answer.status_code == 422


def test_a_keeper_takes_nothing_back_from_themself(shop: Shop, app: Flask, order_id: UUID) -> None:
    grant(shop, shop.cast.limei, "keeper", place_id=shop.cast.shop_id)
    own = Screen(HouseClient(app), shop.cast.limei)
    ask_back(own, order_id)
    assert (own.answer.status_code, "请另一位店员来办" in own.page) == (409, True)


def test_nothing_of_the_supervisor_goes_through_the_keepers_hands(
    shop: Shop, till: Screen, order_id: UUID
) -> None:
    till.show(f"/shop/orders/{order_id}/refund")
    assert "approver_code" not in till.page
    path = f"/shop/orders/{order_id}/refund"
    till.send(path, quantity="1", reason="拿错了", approver_code=shop.code(shop.cast.hedu))
    assert shop.on_hand(shop.soap) == 7


def test_what_is_all_back_has_no_form(till: Screen, supervisor: Screen, order_id: UUID) -> None:
    answer(supervisor, ask_back(till, order_id, quantity="3"), approve="yes")
    till.show(f"/shop/orders/{order_id}/refund")
    assert ("已经全部退过了" in till.page, "请监督员同意" in till.page) == (True, False)


@pytest.mark.parametrize("name", ["hedu", "zhoumin", "zhaofang"])
def test_reviewers_read_who_gave_back_and_who_approved(
    shop: Shop, client: HouseClient, order_id: UUID, name: str
) -> None:
    shop.refund(order_id, (shop.lines(order_id)[0].id, 1))
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
