"""One visit is one exchange, whatever is shown or sent again; a second one is meant."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.shop.errors import SameAgain
from tests.shop.conftest import RICE, SOAP, Shop
from tests.shop.screens import Screen
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

COUNTER = "/shop/counter"
EXCHANGE = "/shop/exchange"


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """Ten soaps, ten bags of rice, 1,000 points with 李梅."""
    shop.stock(shop.soap, 10)
    shop.stock(shop.rice, 10)
    shop.points(shop.cast.limei, 1000)
    return shop


@pytest.fixture
def till(open_shop: Shop, client: HouseClient) -> Screen:
    """张店's screen with 李梅's printed card and one soap."""
    screen = Screen(client, open_shop.cast.zhangdian)
    with_soap(screen, open_shop)
    return screen


def with_soap(till: Screen, shop: Shop) -> None:
    till.show("/shop")
    till.send(COUNTER, scan=shop.card(shop.cast.limei))
    till.send(COUNTER, scan=SOAP.barcode or "")


def test_back_after_a_lost_reply_shows_the_receipt(open_shop: Shop, till: Screen) -> None:
    before = till.answer.request.full_path
    till.client.post(EXCHANGE, data=till.filled(EXCHANGE))  # whose reply is lost
    till.show(before)
    assert till.answer.status_code == 303
    assert till.answer.headers["Cache-Control"] == "no-store"
    till.show(till.answer.location)
    assert "这一单已经办好了，没有再扣分" in till.page
    assert open_shop.on_hand(open_shop.soap) == 9


def test_other_goods_on_a_page_of_before_are_no_second_order(open_shop: Shop, till: Screen) -> None:
    form = till.filled(EXCHANGE)
    receipt = till.client.post(EXCHANGE, data=form).location
    form.setlist("quantity", ["3"])
    assert till.client.post(EXCHANGE, data=form).location == receipt
    assert open_shop.on_hand(open_shop.soap) == 9


def test_the_order_that_a_lost_reply_led_to_is_found_when_more_is_scanned(
    till: Screen,
) -> None:
    more = till.filled(COUNTER, scan=RICE.barcode or "")
    receipt = till.client.post(EXCHANGE, data=till.filled(EXCHANGE)).location
    assert till.client.post(COUNTER, data=more).location == receipt


def test_after_ten_minutes_too_back_leads_to_the_receipt(till: Screen, clock: FrozenClock) -> None:
    before = till.answer.request.full_path
    till.send(EXCHANGE)
    clock.advance(minutes=20)
    till.show(before)
    assert till.answer.status_code == 303


def test_the_same_goods_again_are_asked_about_and_refused(open_shop: Shop, till: Screen) -> None:
    till.send(EXCHANGE)
    with_soap(till, open_shop)
    assert "一模一样" in till.page
    assert ("确认兑换" in till.page, "data-empty-submits" in till.page) == (False, False)
    till.send(EXCHANGE)
    said, _number = str(SameAgain.message).split("%(receipt_no)s")
    assert (till.answer.status_code, said in till.page) == (409, True)
    assert open_shop.on_hand(open_shop.soap) == 9


def test_the_same_goods_again_on_purpose_are_a_second_order(open_shop: Shop, till: Screen) -> None:
    till.send(EXCHANGE)
    with_soap(till, open_shop)
    till.show(f"{till.answer.request.full_path}&again=1")
    assert "data-empty-submits" not in till.page
    till.send(EXCHANGE)
    assert till.path.endswith("/receipt")
    assert open_shop.on_hand(open_shop.soap) == 8


def test_the_same_goods_are_no_matter_after_the_first_came_back(
    open_shop: Shop, till: Screen
) -> None:
    till.send(EXCHANGE)
    order_id = UUID(till.path.split("/")[3])
    open_shop.refund(order_id, (open_shop.lines(order_id)[0].id, 1))
    with_soap(till, open_shop)
    till.send(EXCHANGE)
    assert (till.path.endswith("/receipt"), open_shop.on_hand(open_shop.soap)) == (True, 9)


def test_a_refusal_does_not_use_the_visit_up(open_shop: Shop, till: Screen) -> None:
    form = till.filled(EXCHANGE, quantity="11")
    assert till.client.post(EXCHANGE, data=form).status_code == 409
    form.setlist("quantity", ["2"])
    assert till.client.post(EXCHANGE, data=form).status_code == 303
    assert open_shop.on_hand(open_shop.soap) == 8


def test_a_script_gets_the_receipt_in_its_place(till: Screen) -> None:
    answer = till.client.post(EXCHANGE, data=till.filled(EXCHANGE), headers={"HX-Request": "true"})
    shown_at = answer.headers["Content-Location"]
    assert (answer.status_code, shown_at.endswith("/receipt")) == (200, True)
