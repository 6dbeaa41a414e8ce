"""The stockroom on pages: a count on a phone, limits, transfers, dates, sheets, wishes, photographs."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from pointsvc.shop.queries.counts import running_count
from pointsvc.shop.queries.limits import limits_of
from tests.shop.conftest import SOAP, Shop
from tests.shop.screens import Screen
from tests.shop.stockrooms import Count, Stockroom
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "green").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def keeper(shop: Shop, client: HouseClient) -> Screen:
    return Screen(client, shop.cast.zhangdian)


def test_a_count_is_done_by_scanning(shop: Shop, keeper: Screen) -> None:
    shop.stock(shop.soap, 17)
    keeper.show("/shop/counts")
    keeper.send("/shop/counts")
    running = running_count(shop.community_id, shop.cast.shop_id)
    assert running is not None
    assert "香皂" in keeper.show(f"/shop/counts/{running.id}?scan={SOAP.barcode}").text
    keeper.send(f"/shop/counts/{running.id}/enter", counted="16")
    assert "16 件，记下了" in keeper.page
    keeper.send(f"/shop/counts/{running.id}/finish")
    assert "您这份数完了" in keeper.page


def test_a_counter_s_page_says_nothing_of_the_books_or_of_the_other(
    shop: Shop, client: HouseClient
) -> None:
    shop.stock(shop.soap, 739153)
    count = Count.begin(shop)
    count.enter(shop.cast.zhangdian, shop.soap, 739152)
    for person in (shop.cast.zhaofang, shop.cast.hedu, shop.cast.zhoumin):
        page = Screen(client, person).show(f"/shop/counts/{count.id}").text
        assert ("739153" in page, "739152" in page) == (False, False)


def test_the_supervisor_decides_by_their_own_sign_in(shop: Shop, client: HouseClient) -> None:
    shop.stock(shop.soap, 10)
    count = Count.begin(shop)
    count.agree(shop.soap, 8)
    path = f"/shop/counts/{count.id}"
    assert "由您来定" not in Screen(client, shop.cast.zhangdian).show(path).text
    supervisor = Screen(client, shop.cast.hedu)
    assert "由您来定" in supervisor.show(path).text
    supervisor.send(f"{path}/settle", deed="approve", reason="摔破两块")
    assert "账面已更正" in supervisor.page
    assert shop.on_hand(shop.soap) == 8


def test_a_keeper_does_not_settle(shop: Shop, keeper: Screen) -> None:
    count = Count.begin(shop)
    answer = keeper.client.post(f"/shop/counts/{count.id}/settle", data={"deed": "approve"})
    assert answer.status_code == 403


def test_a_limit_is_set_changed_and_ended(shop: Shop, keeper: Screen) -> None:
    keeper.show("/shop/limits")
    keeper.send("/shop/limits", on="all", holder="member", window_kind="day", most="3")
    asked = (shop.community_id, [shop.cast.shop_id])
    [limit] = limits_of(*asked)
    assert "每人每天最多 3 件" in keeper.page
    keeper.send(f"/shop/limits/{limit.id}", most="4")
    assert "每人每天最多 4 件" in keeper.page
    keeper.send(f"/shop/limits/{limit.id}/end")
    assert limits_of(*asked) == []


def test_a_batch_is_sent_to_another_shop(shop: Shop, keeper: Screen) -> None:
    other = Stockroom(shop).open_another()
    path = f"/shop/batches/{shop.stock(shop.soap, 5)}/transfer"
    keeper.show(path)
    keeper.send(path, to_shop_id=str(other), quantity="3")
    assert "调出 3 件" in keeper.page
    assert shop.on_hand(shop.soap) == 2


def test_a_batch_is_marked_down_and_back(shop: Shop, keeper: Screen) -> None:
    path = f"/shop/batches/{shop.stock(shop.soap, 5, shop.today + timedelta(days=3))}/markdown"
    keeper.show(path)
    keeper.send(path, price_points="40")
    assert (keeper.answer.status_code, "特价要比现在的价低" in keeper.page) == (422, True)
    keeper.send(path, price_points="20")
    assert "正在特价，原价 40 分" in keeper.page
    assert "正在特价" in keeper.show("/shop/dates").text


def test_an_intake_has_both_dates_in_their_order(shop: Shop, keeper: Screen) -> None:
    path = f"/shop/products/{shop.soap}/intake"
    keeper.show(path)
    keeper.send(path, quantity="3", best_before_on="2027-05-01", use_by_on="2027-04-01")
    assert (keeper.answer.status_code, "不能早于保质期" in keeper.page) == (422, True)
    keeper.send(path, quantity="3", best_before_on="2027-05-01", use_by_on="2027-06-01")
    assert "最后食用" in keeper.page


@pytest.mark.parametrize("page", ["dates", "to-buy", "month", "labels?size=card"])
def test_sheets_are_there_to_print(shop: Shop, keeper: Screen, page: str) -> None:
    shop.stock(shop.soap, 5, shop.today + timedelta(days=3))
    assert keeper.show(f"/shop/{page}").status_code == 200


def test_month_sheets_end_with_the_first_and_the_last_month(
    shop: Shop, keeper: Screen, clock: FrozenClock
) -> None:
    shop.stock(shop.soap, 5)
    clock.advance(days=12)
    assert "month=2026-11" in keeper.show("/shop/month").text
    page = keeper.show("/shop/month?month=2026-11").text
    assert ("month=2026-10" in page, "month=2026-12" in page) == (False, True)
    for asked, there in (("2026-10", "2026-11"), ("2027-03", "2026-12"), ("x", "2026-12")):
        assert keeper.show(f"/shop/month?month={asked}").location.endswith(f"month={there}")


def test_the_list_of_wishes_is_for_everybody(shop: Shop, keeper: Screen) -> None:
    path = f"/shop/wanted/{shop.community_id}"
    keeper.show(path)
    filled = {"kind": "refused", "name": "旧衣服", "words": "没有地方消毒"}
    keeper.send("/shop/wanted", shop_id=str(shop.cast.shop_id), **filled)
    assert "没有地方消毒" in keeper.page
    keeper.client.delete_cookie("sign_in")
    page = keeper.show(path).text
    assert ("旧衣服" in page, "加一条" in page) == (True, False)


def test_a_product_s_photograph_is_seen_by_residents(shop: Shop, keeper: Screen) -> None:
    shop.stock(shop.soap, 5)
    keeper.show(f"/shop/products/{shop.soap}")
    photo = {"photo": (io.BytesIO(jpeg()), "a.jpg")}
    path = f"/shop/products/{shop.soap}/pictures"
    keeper.client.post(path, data=photo, content_type="multipart/form-data")
    page = Screen(keeper.client, shop.cast.limei).show("/shop/window").text
    address = page.split('class="offer-image"')[1].split('src="')[1].split('"')[0]
    assert keeper.show(address).mimetype == "image/jpeg"


def test_goods_are_shown_by_category(shop: Shop, keeper: Screen) -> None:
    Stockroom(shop).categorise(shop.soap, "日用")
    page = keeper.show("/shop/products?category=日用").text.split("<tbody>")[1]
    assert ("香皂" in page, "大米" in page) == (True, False)
