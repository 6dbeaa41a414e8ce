"""On the pages: naming who collects, who collects at the counter, the list to carry, papers."""

from __future__ import annotations

import pytest
from flask import Flask

from pointsvc.shop.queries.proxies import proxies_of
from tests.shop.asking import name, send
from tests.shop.conftest import SOAP, Shop
from tests.shop.screens import Screen
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")
COUNTER = "/shop/counter"


@pytest.fixture
def till(shop: Shop, client: HouseClient) -> Screen:
    """张店's screen, soap on the shelf, points with 李梅."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 400)
    return Screen(client, shop.cast.zhangdian)


@pytest.fixture
def phone(shop: Shop, app: Flask) -> Screen:
    """李梅's own phone."""
    return Screen(HouseClient(app), shop.cast.limei)


def fill(phone: Screen, written: str) -> None:
    """Name 刘洋 by his number and a name."""
    phone.show("/shop/proxies")
    phone.send("/shop/proxies", volunteer_no="8", name=written, relation="邻居")


def test_a_member_names_who_collects_and_takes_it_back(shop: Shop, phone: Screen) -> None:
    fill(phone, "刘洋")
    assert "登记好了" in phone.page
    [proxy] = proxies_of(shop.community_id, shop.cast.limei.id)
    assert (proxy.proxy_member_id, proxy.relation) == (shop.cast.liuyang.id, "邻居")
    phone.send(f"/shop/proxies/{proxy.id}/revoke")
    assert proxies_of(shop.community_id, shop.cast.limei.id) == []


def test_a_number_and_a_name_that_do_not_fit_name_nobody(phone: Screen) -> None:
    fill(phone, "王强")
    assert (phone.answer.status_code, "号和姓名对不上" in phone.page) == (422, True)


def test_a_stranger_takes_nothing_back(shop: Shop, app: Flask) -> None:
    proxy_id = name(shop, shop.cast.limei, shop.cast.liuyang)
    stranger = Screen(HouseClient(app), shop.cast.wangqiang)
    answer = stranger.client.post(f"/shop/proxies/{proxy_id}/revoke")
    assert answer.status_code == 403


def test_the_clerk_names_for_who_has_no_phone(shop: Shop, app: Flask) -> None:
    desk, path = (
        Screen(HouseClient(app), shop.cast.zhaofang),
        f"/shop/proxies/of/{shop.cast.limei.id}",
    )
    desk.show(path)
    desk.send(path, volunteer_no="8", name="刘洋", relation="邻居")
    [proxy] = proxies_of(shop.community_id, shop.cast.limei.id)
    assert proxy.named_by_id == shop.cast.zhaofang.id


def test_the_counter_offers_who_may_collect_and_the_receipt_says_who_did(
    shop: Shop, till: Screen
) -> None:
    proxy_id = name(shop, shop.cast.limei, shop.cast.liuyang)
    till.show("/shop")
    till.send(COUNTER, scan=shop.card(shop.cast.limei))
    till.send(COUNTER, scan=SOAP.barcode or "")
    assert "刘洋（邻居）" in till.page
    till.send("/shop/exchange", proxy_id=str(proxy_id))
    assert "刘洋代领" in till.page
    assert "刘洋代领" in till.show("/shop/orders").text


def test_who_collects_stays_chosen_while_goods_are_added(shop: Shop, till: Screen) -> None:
    proxy_id = name(shop, shop.cast.limei, shop.cast.liuyang)
    till.show("/shop")
    till.send(COUNTER, scan=shop.card(shop.cast.limei))
    till.send(COUNTER, scan=SOAP.barcode or "", proxy_id=str(proxy_id))
    assert f'value="{proxy_id}" selected' in till.page


def test_a_delivery_is_listed_printed_and_signed_for(shop: Shop, till: Screen) -> None:
    order = shop.buy(shop.cast.limei, (shop.soap, 2))
    till.show(f"/shop/orders/{order.order_id}/receipt")
    till.send(f"/shop/orders/{order.order_id}/delivery", note="三楼")
    assert all(words in till.page for words in ("1号楼1单元101", "香皂 125g×2", "三楼", "送货单"))
    [action] = {one for one in till.page.split('"') if one.endswith("/signed")}
    till.send(action, received_by="neighbour")
    assert "邻居签收" in till.page


def test_what_was_not_delivered_waits_for_the_supervisor(shop: Shop, till: Screen) -> None:
    delivery_id = send(shop, shop.buy(shop.cast.limei, (shop.soap, 2)).order_id)
    till.show("/shop/deliveries")
    till.send(f"/shop/deliveries/{delivery_id}/returned", reason="家里没人")
    supervisor = Screen(till.client, shop.cast.hedu)
    assert "没送到，带回来了 · 小票 1" in supervisor.show("/shop/requests").text


@pytest.mark.parametrize(
    ("paper", "mark"), [("58", "slip-58"), ("a4", "slip-a4"), ("book", "存折一行")]
)
def test_the_till_remembers_its_paper(shop: Shop, till: Screen, paper: str, mark: str) -> None:
    path = f"/shop/orders/{shop.buy(shop.cast.limei, (shop.soap, 1)).order_id}/receipt"
    assert "slip-80" in till.show(path).text
    till.show(f"{path}?paper={paper}")
    assert mark in till.show(path).text


def test_the_days_sheet_adds_up_what_went_and_came(shop: Shop, till: Screen) -> None:
    order = shop.buy(shop.cast.limei, (shop.soap, 3))
    shop.refund(order.order_id, (shop.lines(order.order_id)[0].id, 1))
    page = till.show("/shop/closing").text
    for words in ("120 分", "40 分", "80 分", "第 1 号到第 1 号", "香皂 125g", "监督员："):
        assert words in page


def test_a_fresh_receipt_can_be_undone_whole(shop: Shop, till: Screen) -> None:
    order = shop.buy(shop.cast.limei, (shop.soap, 3))
    till.show(f"/shop/orders/{order.order_id}/receipt")
    till.send(f"/shop/orders/{order.order_id}/void")
    assert ("等监督员同意" in till.page, "整单撤销" in till.page) == (True, True)
    again = till.client.post(f"/shop/orders/{order.order_id}/void")
    assert again.location == till.path
