"""docs/ledger.md §5 at the counter's own deeds.

Cases 1, 2, 27, 28 and 29 of exchanges and refunds themselves stand in test_races, test_api and
test_refunds; 27, 28 and 39 of requests in test_requests, 39 of collecting in test_proxies.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from pointsvc.audit.actors import SYSTEM
from pointsvc.cli.verification import verify_everything
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import let_go
from pointsvc.shop.counter import Desk, begin_visit
from pointsvc.shop.errors import InsufficientPoints, ScanAgain
from pointsvc.shop.service import CatalogueRow, upsert_products
from pointsvc.shop.service.requests import Asked, ask_return
from pointsvc.shop.tickets import open_ticket, seal_ticket
from tests.shop.asking import ask, collect, decide, name
from tests.shop.conftest import Shop
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once


@pytest.fixture
def order_id(shop: Shop) -> UUID:
    """李梅 has two soaps and 10 points left."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 90)
    shop.card(shop.cast.limei)
    return shop.buy(shop.cast.limei, (shop.soap, 2)).order_id


def raise_price(shop: Shop) -> None:
    """Soap for 99."""
    transact(
        lambda: upsert_products(
            community_id=shop.community_id,
            shop_id=shop.cast.shop_id,
            rows=[CatalogueRow(None, "香皂", "125g", 99)],
            set_by_id=None,
            now=clocks.now(),
        )
    )


def test_case_01_member_and_proxy_at_two_tills_spend_the_last_points_once(
    shop: Shop, app: Flask
) -> None:
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 40)
    shop.card(shop.cast.limei)
    proxy_id = name(shop, shop.cast.limei, shop.cast.liuyang)
    ended = at_once(
        app,
        [
            lambda: str(shop.buy(shop.cast.limei, (shop.soap, 1)).receipt_no),
            lambda: str(collect(shop, shop.cast.limei, proxy_id).order.receipt_no),
        ],
    )
    codes = sorted(getattr(each, "code", str(each)) for each in ended)
    assert codes == ["1", InsufficientPoints.code]


def test_case_02_a_second_tap_is_the_same_request(shop: Shop, order_id: UUID) -> None:
    asked = Asked(new_id(), "void", order_id, [], "办错了")
    whose = {"community_id": shop.community_id, "keeper_id": shop.cast.zhangdian.id}
    ids = [
        transact(lambda: ask_return(**whose, asked=asked, now=clocks.now())) for _tap in range(2)
    ]
    assert ids == [asked.id] * 2


def test_case_29_a_refund_agreed_to_after_a_price_change_pays_the_price_paid(
    shop: Shop, order_id: UUID
) -> None:
    request_id = ask(shop, order_id)
    raise_price(shop)
    receipt = decide(shop, request_id)
    assert receipt is not None
    assert (receipt.total_points, shop.balance(shop.cast.limei)) == (80, 90)


def test_case_29_a_refund_agreed_to_after_departure_reaches_who_left(
    shop: Shop, order_id: UUID
) -> None:
    request_id = ask(shop, order_id)
    whose = {"community_id": shop.community_id, "member_id": shop.cast.limei.id}
    transact(lambda: let_go(**whose, actor=SYSTEM, now=clocks.now()))
    receipt = decide(shop, request_id)
    assert receipt is not None
    assert (receipt.balance_points, verify_everything().ok) == (90, True)


def test_case_38_a_ticket_is_its_keepers_own_and_ages(
    shop: Shop,
    clock: FrozenClock,
) -> None:
    desk = Desk(shop.community_id, shop.cast.zhangdian.id, "", clocks.now())
    ticket = begin_visit(desk, desk.reader(shop.card(shop.cast.limei))())
    mine = {"community_id": shop.community_id, "keeper_id": shop.cast.zhangdian.id}
    sealed = seal_ticket(**mine, ticket=ticket, now=clocks.now())
    with pytest.raises(ScanAgain):
        open_ticket(**mine | {"keeper_id": shop.cast.zhaofang.id}, ticket=sealed, now=clocks.now())
    clock.advance(minutes=11)
    with pytest.raises(ScanAgain):
        open_ticket(**mine, ticket=sealed, now=clocks.now())
