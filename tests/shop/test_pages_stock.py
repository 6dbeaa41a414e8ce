"""Goods and stock on pages: new products, prices, intake, waste, counts, labels."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from pointsvc.shop.errors.asking import BooksSaidOtherwise
from pointsvc.shop.queries.catalogue import list_products, prices_of
from pointsvc.shop.queries.stock import latest_takes
from tests.shop.conftest import SOAP, Shop
from tests.shop.screens import Screen
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def keeper(shop: Shop, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, shop.cast.zhangdian)


def register(keeper: Screen, **changes: str) -> None:
    keeper.show("/shop/products/new")
    values = {"barcode": "6917402665956", "name": "毛巾", "pack": "条", "price_points": "70"}
    keeper.send("/shop/products/new", **values | changes)


def test_a_product_is_registered_and_taken_in(shop: Shop, keeper: Screen) -> None:
    register(keeper, limit_household_month="2")
    assert keeper.path.endswith("/intake")
    keeper.send(keeper.path, quantity="12", best_before_on="2027-05-01", supplier="便民超市")
    [made] = [each for each in list_products(shop.community_id) if each.name == "毛巾"]
    assert (made.price_points, made.limit, made.on_hand) == (70, 2, 12)
    assert ("便民超市" in keeper.page, "采购入库" in keeper.page) == (True, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": SOAP.name, "pack": SOAP.pack}, "店里已有同名同规格或同条码的商品"),
        ({"barcode": SOAP.barcode or ""}, "店里已有同名同规格或同条码的商品"),
        ({"barcode": "6917402665957"}, "末位校验不符"),
        ({"price_points": "0"}, "notice-error"),
        ({"price_points": "1.5"}, "notice-error"),
        ({"name": ""}, "notice-error"),
        ({"limit_household_month": "0"}, "notice-error"),
    ],
)
def test_a_product_that_does_not_fit_is_shown_again(
    shop: Shop, keeper: Screen, changes: dict[str, str], said: str
) -> None:
    register(keeper, **changes)
    assert keeper.answer.status_code in {409, 422}
    assert said in keeper.page
    assert 'value="条"' in keeper.page or "125g" in keeper.page
    assert len(list_products(shop.community_id)) == 2


def test_another_price_is_another_version(shop: Shop, keeper: Screen) -> None:
    path = f"/shop/products/{shop.soap}/edit"
    keeper.show(path)
    keeper.send(path, price_points="45")
    versions = [price.price_points for price in prices_of(shop.community_id, shop.soap)]
    assert versions == [45, 40]
    assert "45 分" in keeper.page


def test_an_empty_product_leaves_the_shelf(shop: Shop, keeper: Screen) -> None:
    shop.stock(shop.rice, 1)
    for product_id in (shop.soap, shop.rice):
        keeper.show(f"/shop/products/{product_id}")
        keeper.send(f"/shop/products/{product_id}/close")
    assert "库里还有 1 件" in keeper.page
    assert [each.id for each in list_products(shop.community_id)] == [shop.rice]
    assert "香皂" in keeper.show("/shop/products?closed=1").text


def test_what_was_taken_off_comes_back(shop: Shop, keeper: Screen) -> None:
    keeper.show(f"/shop/products/{shop.soap}")
    keeper.send(f"/shop/products/{shop.soap}/close")
    assert "重新上架" in keeper.page
    keeper.send(f"/shop/products/{shop.soap}/reopen")
    assert "重新上架了" in keeper.page
    assert shop.soap in {each.id for each in list_products(shop.community_id)}


def test_a_second_tap_takes_in_once(shop: Shop, keeper: Screen) -> None:
    path = f"/shop/products/{shop.soap}/intake"
    keeper.show(path)
    form = keeper.filled(path, quantity="12")
    statuses = [keeper.client.post(path, data=form).status_code for _tap in range(2)]
    assert (statuses, shop.on_hand(shop.soap)) == ([303, 303], 12)


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "", "1000001", "十"])
def test_an_amount_that_is_none_is_not_taken_in(shop: Shop, keeper: Screen, quantity: str) -> None:
    path = f"/shop/products/{shop.soap}/intake"
    keeper.show(path)
    keeper.send(path, quantity=quantity)
    assert (keeper.answer.status_code, shop.on_hand(shop.soap)) == (422, 0)


# -- waste and counts ----------------------------------------------------------------------


def waste(keeper: Screen, batch_id: UUID, **changes: str) -> None:
    path = f"/shop/batches/{batch_id}/waste"
    keeper.show(path)
    keeper.send(path, **changes)


def count(keeper: Screen, batch_id: UUID, **changes: str) -> None:
    path = f"/shop/batches/{batch_id}/count"
    keeper.show(path)
    keeper.send(path, **{"reason": "漏记"} | changes)


def test_what_is_past_its_date_one_person_writes_off(shop: Shop, keeper: Screen) -> None:
    batch_id = shop.stock(shop.soap, 5, shop.today - timedelta(days=1))
    waste(keeper, batch_id)
    assert "报损 5 件" in keeper.page
    assert shop.on_hand(shop.soap) == 0


def test_good_stock_is_written_off_when_a_supervisor_agrees(
    shop: Shop, keeper: Screen, app: Flask
) -> None:
    waste(keeper, shop.stock(shop.soap, 5), reason="摔破了")
    assert ("等监督员同意" in keeper.page, shop.on_hand(shop.soap)) == (True, 5)
    asked = keeper.path
    supervisor = Screen(HouseClient(app), shop.cast.hedu)
    page = supervisor.show("/shop/requests").text
    assert all(words in page for words in ("报损 · 香皂", "摔破了", "1 件", "张店"))
    supervisor.send(f"{asked}/decide", approve="yes")
    assert "何督同意了，已经记账" in keeper.show(asked).text
    assert "张店 + 何督" in keeper.show(f"/shop/products/{shop.soap}").text
    assert shop.on_hand(shop.soap) == 4


def test_a_write_off_that_is_not_agreed_to_says_why(shop: Shop, keeper: Screen, app: Flask) -> None:
    waste(keeper, shop.stock(shop.soap, 5), reason="摔破了")
    asked = keeper.path
    supervisor = Screen(HouseClient(app), shop.cast.hedu)
    supervisor.show("/shop/requests")
    supervisor.send(f"{asked}/decide", approve="no")
    assert (supervisor.answer.status_code, "请写上为什么不同意" in supervisor.page) == (422, True)
    supervisor.send(f"{asked}/decide", approve="no", answer="我看了，没有破")
    assert "我看了，没有破" in keeper.show(asked).text
    assert shop.on_hand(shop.soap) == 5


def test_more_than_there_is_is_not_written_off(shop: Shop, keeper: Screen) -> None:
    batch_id = shop.stock(shop.soap, 5, shop.today - timedelta(days=1))
    waste(keeper, batch_id, quantity="6")
    assert (keeper.answer.status_code, "这批只有 5 件" in keeper.page) == (409, True)


def test_a_second_tap_asks_once(shop: Shop, keeper: Screen) -> None:
    path = f"/shop/batches/{shop.stock(shop.soap, 5)}/waste"
    keeper.show(path)
    form = keeper.filled(path, reason="摔破了")
    answers = [keeper.client.post(path, data=form) for _tap in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].location == answers[1].location


def test_a_count_that_agrees_is_recorded_by_one_person(shop: Shop, keeper: Screen) -> None:
    path = f"/shop/batches/{shop.stock(shop.soap, 5)}/count"
    keeper.show(path)
    assert "为什么不一样" not in keeper.page
    keeper.send(path, counted="5")
    assert "盘点记下了，和账上一样" in keeper.page
    takes = keeper.page.split('id="takes"')[1]
    assert all(words in takes for words in ("最近盘点", "数出 5 件", "没有差异", "张店"))
    assert shop.on_hand(shop.soap) == 5


def test_a_count_that_differs_asks_for_the_reason_and_a_supervisor(
    shop: Shop, keeper: Screen, app: Flask
) -> None:
    path = f"/shop/batches/{shop.stock(shop.soap, 5)}/count"
    keeper.show(path)
    keeper.send(path, counted="4")
    assert (keeper.answer.status_code, "请再数一遍" in keeper.page) == (409, True)
    keeper.send(path, reason="丢了一件")
    assert ("等监督员同意" in keeper.page, shop.on_hand(shop.soap)) == (True, 5)
    supervisor = Screen(HouseClient(app), shop.cast.hedu)
    supervisor.show("/shop/requests")
    supervisor.send(f"{keeper.path}/decide", approve="yes")
    assert shop.on_hand(shop.soap) == 4
    assert "差 -1 件" in keeper.show(f"/shop/products/{shop.soap}").text


def test_a_count_is_compared_with_what_the_books_said(shop: Shop, keeper: Screen) -> None:
    batch_id, other = shop.stock(shop.soap, 5), shop.stock(shop.soap, 100)
    keeper.show(f"/shop/batches/{other}/count")
    others = keeper.filled(f"/shop/batches/{other}/count")["said"]
    for said, counted in (("100", "100"), (others, "100"), (others, "99")):
        count(keeper, batch_id, said=said, counted=counted)
        assert keeper.answer.status_code == BooksSaidOtherwise.status
        assert "请刷新，再数一遍" in keeper.page
    assert latest_takes(shop.community_id, shop.soap) == []


def test_a_request_is_taken_back_by_who_asked(shop: Shop, keeper: Screen) -> None:
    waste(keeper, shop.stock(shop.soap, 5), reason="摔破了")
    keeper.send(f"{keeper.path}/withdraw")
    assert "申请撤回了，什么都没有改" in keeper.page


@pytest.mark.parametrize(("counted", "status"), [("-1", 422), ("", 422)])
def test_a_count_that_says_nothing_changes_nothing(
    shop: Shop, keeper: Screen, counted: str, status: int
) -> None:
    batch_id = shop.stock(shop.soap, 5)
    count(keeper, batch_id, counted=counted)
    assert (keeper.answer.status_code, shop.on_hand(shop.soap)) == (status, 5)


# -- the table, labels ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "order"),
    [("order=name", "大香"), ("order=price", "香大"), ("order=stock", "大香"), ("q=6962", "香")],
)
def test_products_are_sorted_and_found(shop: Shop, keeper: Screen, query: str, order: str) -> None:
    shop.stock(shop.soap, 5)
    rows = keeper.show(f"/shop/products?{query}").text.split("<tbody>")[1]
    names = {"大": rows.find(">大米"), "香": rows.find(">香皂")}
    shown = sorted((place, name) for name, place in names.items() if place >= 0)
    assert "".join(name for _place, name in shown) == order


def test_what_expires_is_shown_above(shop: Shop, keeper: Screen) -> None:
    shop.stock(shop.soap, 5, shop.today - timedelta(days=1))
    shop.stock(shop.rice, 5, shop.today + timedelta(days=10))
    page = keeper.show("/shop/products").text
    assert ("已过期，不能兑" in page, "快到期" in page) == (True, True)


def test_labels_hold_price_and_barcode(shop: Shop, keeper: Screen) -> None:
    page = keeper.show(f"/shop/labels?product_id={shop.soap}").text
    assert f"<title>{SOAP.barcode}</title>" in page
    assert ('<b class="number">40</b>' in page, "大米" in page) == (True, False)


def test_a_supervisor_looks_and_writes_nothing(shop: Shop, client: HouseClient) -> None:
    shop.stock(shop.soap, 5)
    page = Screen(client, shop.cast.hedu).show(f"/shop/products/{shop.soap}").text
    assert not any(word in page for word in ("入库</span>", "报损</span>", "下架</span>"))


def test_bought_goods_past_their_date_are_not_taken_in(shop: Shop, client: HouseClient) -> None:
    keeper, path = Screen(client, shop.cast.zhangdian), f"/shop/products/{shop.soap}/intake"
    keeper.show(path)
    keeper.send(path, quantity="3", best_before_on="2026-11-20")
    assert (keeper.answer.status_code, "已过期，不能入库" in keeper.page) == (422, True)
    assert shop.on_hand(shop.soap) == 0
