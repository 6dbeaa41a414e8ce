"""What people met who walked through the shop: on a phone, at the till, at the supervisor's desk."""

from __future__ import annotations

import pytest
from sqlalchemy import CheckConstraint

from pointsvc.extensions import db
from pointsvc.shop.models import StockMovement
from pointsvc.shop.pages.dates import KINDS
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping
from tests.shop.screens import Screen
from tests.shop.stockrooms import Count
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


def test_the_month_has_a_column_for_every_movement() -> None:
    """Else a row of the sheet would not add up."""
    rules = db.metadata.tables[StockMovement.__tablename__].constraints
    checks = [str(rule.sqltext) for rule in rules if isinstance(rule, CheckConstraint)]
    [known] = [check for check in checks if check.startswith("kind IN")]
    assert sorted(known.removeprefix("kind IN (").rstrip(")").split(", ")) == sorted(
        f"'{kind}'" for kind in KINDS
    )


def test_the_counter_says_what_is_kept_for_who_came(shop: Shop, client: HouseClient) -> None:
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 400)
    Keeping(shop).book(shop.cast.limei, (shop.soap, 2))
    till = Screen(client, shop.cast.zhangdian)
    till.show("/shop")
    till.send("/shop/counter", scan=shop.card(shop.cast.limei))
    assert "店里给这位留着东西：香皂" in till.page


def test_a_counter_without_anybody_is_no_refusal(shop: Shop, client: HouseClient) -> None:
    till = Screen(client, shop.cast.zhangdian)
    assert till.show("/shop/counter").status_code == 303


def test_a_stock_take_waits_at_the_supervisor_s_desk(shop: Shop, client: HouseClient) -> None:
    shop.stock(shop.soap, 10)
    count = Count.begin(shop)
    assert f"/shop/counts/{count.id}" not in Screen(client, shop.cast.hedu).show("/approvals").text
    count.agree(shop.soap, 9)
    assert f"/shop/counts/{count.id}" in Screen(client, shop.cast.hedu).show("/approvals").text


@pytest.mark.parametrize(
    ("name", "door"),
    [("limei", "/shop/window"), ("zhaofang", "/shop/products"), ("zhoumin", "/shop/orders")],
)
def test_who_does_not_sell_comes_to_what_the_shop_has_for_them(
    shop: Shop, client: HouseClient, name: str, door: str
) -> None:
    assert Screen(client, getattr(shop.cast, name)).show("/shop").location == door


def test_a_refused_page_names_what_the_reader_may_see(shop: Shop, client: HouseClient) -> None:
    refused = Screen(client, shop.cast.limei).show("/shop/products")
    assert (refused.status_code, 'href="/shop/window"' in refused.text) == (403, True)
