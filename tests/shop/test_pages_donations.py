"""The donation register on pages, and the shop's window."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.shop.errors import PastDate
from pointsvc.shop.queries.donations import page_of_donations
from tests.shop.conftest import SOAP, Shop
from tests.shop.screens import Screen
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")

NEW = "/shop/donations/new"


@pytest.fixture
def keeper(shop: Shop, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, shop.cast.zhangdian)


def give(keeper: Screen, shop: Shop, **changes: str) -> None:
    keeper.show(NEW)
    values = {
        "product_id": str(shop.soap),
        "quantity": "20",
        "donor": "李桂兰",
        "donor_kind": "person",
        "save": "1",
    }
    keeper.send(NEW, **values | changes)


def test_a_gift_gets_a_certificate(shop: Shop, keeper: Screen) -> None:
    """慈善法 art. 38: donor, kind and quantity, organisation, handler, date."""
    give(keeper, shop, best_before="2027-05-01")
    for word in ("李桂兰", "香皂", ">20<", "尚城名邸", "张店", "2026年11月21日", "2027年5月1日"):
        assert word in keeper.page
    assert shop.on_hand(shop.soap) == 20


def test_a_second_tap_records_once(shop: Shop, keeper: Screen) -> None:
    keeper.show(NEW)
    form = keeper.filled(
        NEW, product_id=str(shop.soap), quantity="2", donor="李桂兰", donor_kind="person", save="1"
    )
    places = {keeper.client.post(NEW, data=form).location for _tap in range(2)}
    assert (len(places), shop.on_hand(shop.soap)) == (1, 2)


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("李桂兰", None)])
def test_who_wants_no_name_gets_none(
    shop: Shop, keeper: Screen, typed: str, kept: str | None
) -> None:
    give(keeper, shop, donor_kind="anonymous", donor=typed, is_named="yes")
    [gift] = page_of_donations(shop.community_id).rows
    assert (gift.donor, gift.donor_kind, gift.is_named) == (kept, "anonymous", False)
    assert "不留名" in keeper.page


def test_a_restricted_gift_is_not_sold(shop: Shop, keeper: Screen) -> None:
    """慈善法 art. 56."""
    give(keeper, shop, restriction="给独居老人")
    page = keeper.show(f"/shop/products/{shop.soap}").text
    assert "指定用途：给独居老人" in page
    assert page.split("现在能兑")[1].split("number")[1].startswith('">0<')


def test_a_scanned_barcode_adds_a_line(shop: Shop, keeper: Screen) -> None:
    keeper.show(NEW)
    keeper.send(NEW, scan=SOAP.barcode or "")
    assert f'value="{shop.soap}" selected' in keeper.page.replace("\n", "")
    assert shop.on_hand(shop.soap) == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quantity": "0"}, "请填件数"),
        ({"quantity": "1.5"}, "请填件数"),
        ({"best_before": "x"}, "日期不对"),
        ({"donor": ""}, "请填捐赠人"),
        ({"donor_kind": "friend"}, "notice-error"),
    ],
)
def test_a_gift_that_does_not_fit_is_shown_again(
    shop: Shop, keeper: Screen, changes: dict[str, str], said: str
) -> None:
    give(keeper, shop, **changes)
    assert (keeper.answer.status_code, said in keeper.page) == (422, True)
    assert page_of_donations(shop.community_id).rows == []


def test_a_gift_of_nothing_is_refused(shop: Shop, keeper: Screen) -> None:
    give(keeper, shop, product_id="", quantity="")
    assert keeper.answer.status_code == 422
    assert page_of_donations(shop.community_id).rows == []


# -- the window ------------------------------------------------------------------------


@pytest.fixture
def volunteer(shop: Shop, client: HouseClient) -> Screen:
    """李梅's phone; she has 50 points."""
    shop.points(shop.cast.limei, 50)
    shop.stock(shop.soap, 5)
    shop.stock(shop.rice, 5)
    return Screen(client, shop.cast.limei)


def test_the_window_says_what_can_be_had(volunteer: Screen) -> None:
    page = volunteer.show("/shop/window").text
    soap, rice = page.split("香皂")[1].split("大米")
    assert ("可兑" in soap, "还差 270 分" in rice) == (True, True)


def test_the_window_says_when_the_month_is_used_up(shop: Shop, volunteer: Screen) -> None:
    shop.points(shop.cast.limei, 1000)
    shop.buy(shop.cast.limei, (shop.rice, 2))
    assert "已兑满" in volunteer.show("/shop/window").text


def test_what_may_not_leave_is_not_offered(shop: Shop, volunteer: Screen) -> None:
    shop.stock(shop.soap, 90, shop.today - timedelta(days=1))
    assert "还有 5 件" in volunteer.show("/shop/window").text.split("香皂")[1]


def test_the_window_names_nobody_else(shop: Shop, volunteer: Screen) -> None:
    page = volunteer.show("/shop/window").text
    assert shop.cast.zhangdian.name not in page


def test_what_is_past_its_date_is_not_taken_in(shop: Shop, keeper: Screen) -> None:
    give(keeper, shop, best_before="2026-11-20")
    assert (keeper.answer.status_code, str(PastDate.message) in keeper.page) == (422, True)
    assert (shop.on_hand(shop.soap), 'value="2026-11-20"' in keeper.page) == (0, True)


def test_the_last_day_itself_is_taken_in(shop: Shop, keeper: Screen) -> None:
    give(keeper, shop, best_before="2026-11-21")
    assert shop.on_hand(shop.soap) == 20
