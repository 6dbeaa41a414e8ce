"""A receipt that is opened again is a copy: the balance of then, and what came back of it."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.shop.conftest import Shop
from tests.shop.screens import Screen
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def path(shop: Shop) -> str:
    """李梅's receipt: 40 of 100 points, made just now."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 100)
    receipt = shop.buy(shop.cast.limei, (shop.soap, 1))
    return f"/shop/orders/{receipt.order_id}/receipt"


def read(shop: Shop, client: HouseClient, path: str) -> str:
    return Screen(client, shop.cast.zhangdian).show(path).text


def test_a_receipt_just_made_says_so(shop: Shop, client: HouseClient, path: str) -> None:
    page = read(shop, client, path)
    assert ("已兑换" in page, "补打" in page) == (True, False)


def test_an_old_receipt_is_a_copy_with_the_balance_of_then(
    shop: Shop, client: HouseClient, path: str, clock: FrozenClock
) -> None:
    shop.points(shop.cast.limei, 500)
    clock.advance(hours=1)
    page = read(shop, client, path)
    assert ("已兑换" in page, "兑换小票（补打）" in page) == (False, True)
    assert ("<span>60 分</span>" in page, "<span>560 分</span>" in page) == (True, False)


def test_a_receipt_says_what_came_back(shop: Shop, client: HouseClient, path: str) -> None:
    order_id = UUID(path.split("/")[3])
    [line] = shop.lines(order_id)
    shop.refund(order_id, (line.id, 1))
    page = read(shop, client, path)
    assert ("已兑换" in page, "已退 40 分" in page) == (False, True)
