"""From a receipt back to gift and deed, from a gift forward; one's own in plain words."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.shop.queries.donations import page_of_donations
from pointsvc.shop.queries.orders import OrderFilter, page_of_orders
from pointsvc.shop.service import DonatedLine
from tests.shop.conftest import Shop, raise_shop
from tests.shop.giving import Giving
from tests.shop.screens import Screen
from tests.support.cast import Cast
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def shop(cast: Cast, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    """李梅 got two soaps that 徐海涛 gave, for points of two deeds."""
    shop = raise_shop(cast)
    Giving(shop).give(DonatedLine(shop.soap, 5))
    shop.points(cast.limei, 50)
    shop.points(cast.limei, 50)
    shop.buy(cast.limei, (shop.soap, 2))
    return shop


def order_path(shop: Shop, page: str) -> str:
    [order] = page_of_orders(shop.community_id, shop.cast.shop_id, OrderFilter()).rows
    return page + str(order.id)


def test_the_auditor_sees_gift_and_deeds_of_a_receipt(shop: Shop, client: HouseClient) -> None:
    page = Screen(client, shop.cast.zhoumin).show(order_path(shop, "/provenance/orders/")).text
    assert all(words in page for words in ("徐*捐赠", "凭证号 1", "50 分", "30 分", "看这件事"))


def test_my_receipt_tells_me_in_plain_words(shop: Shop, client: HouseClient) -> None:
    limei = Screen(client, shop.cast.limei)
    page = limei.show(order_path(shop, "/me/receipts/")).text
    assert all(words in page for words in ("徐*捐赠", "您做的这些事", "50 分", "30 分"))
    assert ("徐海涛" in page, "凭证号" in page) == (False, False)
    assert "/me/receipts/" in limei.show("/me/statement").text


def test_another_s_receipt_is_not_there(shop: Shop, client: HouseClient) -> None:
    liuyang = Screen(client, shop.cast.liuyang)
    assert liuyang.show(order_path(shop, "/me/receipts/")).status_code == 404
    assert liuyang.show(order_path(shop, "/provenance/orders/")).status_code == 403


def test_a_gift_leads_to_the_receipts_that_took_it(shop: Shop, client: HouseClient) -> None:
    [gift] = page_of_donations(shop.community_id).rows
    page = Screen(client, shop.cast.hedu).show(f"/provenance/donations/{gift.id}").text
    assert all(words in page for words in ("小票 1", "一件不少", "徐*", "捐赠入库", "香皂"))
