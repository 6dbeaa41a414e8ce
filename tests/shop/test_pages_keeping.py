"""Kept goods on the pages: on a phone, at the desk, at the till."""

from __future__ import annotations

import pytest

from pointsvc.members.errors import TooManyFailures
from tests.shop.conftest import SOAP, Shop, count_the_day
from tests.shop.keeping import Keeping
from tests.shop.screens import Screen
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def keeping(shop: Shop) -> Keeping:
    """Ten bars of soap; 李梅 can pay."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 400)
    return Keeping(shop)


@pytest.fixture
def phone(keeping: Keeping, client: HouseClient) -> Screen:
    """李梅's phone."""
    return Screen(client, keeping.shop.cast.limei)


@pytest.fixture
def till(keeping: Keeping, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, keeping.shop.cast.zhangdian)


def test_a_resident_keeps_soap_and_gives_it_free_again(keeping: Keeping, phone: Screen) -> None:
    shop = keeping.shop
    assert "没有留着的东西" in phone.show("/shop/reservations/mine").text
    assert f"/shop/products/{shop.soap}/reserve" in phone.show("/shop/window").text
    phone.show(f"/shop/products/{shop.soap}/reserve")
    phone.send(f"/shop/products/{shop.soap}/reserve", quantity="2")
    assert (phone.path, keeping.reserved(shop.soap)) == ("/shop/reservations/mine", 2)
    assert "给店长看这个码" in phone.page
    [action] = [part for part in phone.page.split('"') if part.endswith("/cancel")]
    phone.send(action)
    assert (keeping.reserved(shop.soap), "80 分退回来了" in phone.page) == (0, True)


@pytest.mark.parametrize(("quantity", "due_on", "words"), [("2", "2030-01-01", "最多留 14 天")])
def test_what_cannot_be_kept_is_said_beside_the_field(
    keeping: Keeping, phone: Screen, quantity: str, due_on: str, words: str
) -> None:
    phone.show(f"/shop/products/{keeping.shop.soap}/reserve")
    phone.send(f"/shop/products/{keeping.shop.soap}/reserve", quantity=quantity, due_on=due_on)
    assert (phone.answer.status_code, words in phone.page) == (422, True)


def test_the_keeper_scans_the_code_and_hands_a_part_over(keeping: Keeping, till: Screen) -> None:
    shop = keeping.shop
    kept = keeping.book(shop.cast.limei, (shop.soap, 3))
    till.show("/shop/pickups")
    till.send("/shop/pickups", scan=keeping.code(kept))
    assert (shop.cast.limei.name in till.page, SOAP.name in till.page) == (True, True)
    till.send("/shop/pickups/fetch", quantity="2")
    assert till.path.endswith("/receipt")
    assert (shop.on_hand(shop.soap), keeping.reserved(shop.soap)) == (8, 1)


def test_a_pickup_code_at_the_counter_is_understood(keeping: Keeping, till: Screen) -> None:
    kept = keeping.book(keeping.shop.cast.limei, (keeping.shop.soap, 1))
    till.show("/shop")
    till.send("/shop/counter", scan=keeping.code(kept))
    till.send("/shop/pickups/fetch")
    assert till.path.endswith("/receipt")


def test_who_has_no_phone_fetches_with_the_card(keeping: Keeping, till: Screen) -> None:
    shop = keeping.shop
    keeping.book(shop.cast.limei, (shop.soap, 1))
    till.show("/shop/pickups")
    till.send("/shop/pickups", scan=shop.card(shop.cast.limei))
    till.send("/shop/pickups/fetch")
    assert till.path.endswith("/receipt")
    assert keeping.points(shop.cast.limei) == (360, 0)


def test_a_card_fetches_much_only_with_its_pin(keeping: Keeping, till: Screen) -> None:
    shop = keeping.shop
    shop.give_pin(shop.cast.limei)
    keeping.book(shop.cast.limei, (shop.soap, 6))
    till.show("/shop/pickups")
    till.send("/shop/pickups", scan=shop.card(shop.cast.limei))
    till.send("/shop/pickups/fetch")
    assert (till.answer.status_code, shop.on_hand(shop.soap)) == (409, 10)
    till.send("/shop/pickups/fetch", pin="4725")
    assert shop.on_hand(shop.soap) == 4


def test_case_38_who_guesses_codes_must_wait(keeping: Keeping, till: Screen) -> None:
    """docs/ledger.md case 38: pick-up codes and phones' digits have one budget, at either page."""
    ways = ("/shop/pickups", "/shop/counter")
    forms = []
    for way, page in zip(ways, ("/shop/pickups", "/shop"), strict=True):
        till.show(page)
        forms.append(till.filled(way))
    for number in range(50):
        forms[number % 2]["scan"] = f"{number:08}"
        answer = till.client.post(ways[number % 2], data=forms[number % 2])
        assert answer.status_code == 409
    code = keeping.code(keeping.book(keeping.shop.cast.limei, (keeping.shop.soap, 1)))
    for way, form in zip(ways, forms, strict=True):
        form["scan"] = code
        assert till.client.post(way, data=form).status_code == TooManyFailures.status


def test_the_keeper_keeps_goods_for_who_shows_a_card(keeping: Keeping, till: Screen) -> None:
    shop = keeping.shop
    till.show("/shop/reservations/new")
    till.send(
        "/shop/reservations/new",
        code=shop.card(shop.cast.limei),
        line=[str(shop.soap), "", ""],
        quantity=["2", "", ""],
    )
    assert till.path.endswith("/slip")
    assert keeping.points(shop.cast.limei) == (320, 80)
    assert shop.cast.limei.name in till.show("/shop/reservations").text


def test_a_card_sets_much_aside_in_pieces_only_with_its_pin(keeping: Keeping, till: Screen) -> None:
    """What waits from the same day counts, as it does when a card pays."""
    shop, address = keeping.shop, "/shop/reservations/new"
    count_the_day(shop)
    card, rows = shop.card(shop.cast.limei), [str(shop.soap), "", ""]
    for _piece in range(2):
        till.show(address)
        till.send(address, code=card, line=rows, quantity=["2", "", ""])
    assert (till.path, till.answer.status_code) == (address, 409)
    assert keeping.points(shop.cast.limei) == (320, 80)


def test_nobody_gives_another_s_goods_free(keeping: Keeping, client: HouseClient) -> None:
    kept = keeping.book(keeping.shop.cast.limei, (keeping.shop.soap, 1))
    phone = Screen(client, keeping.shop.cast.liuyang)
    answer = phone.client.post(f"/shop/reservations/{kept}/cancel", data={"key": "k"})
    assert (answer.status_code, keeping.reserved(keeping.shop.soap)) == (403, 1)


def test_the_keeper_gives_it_free_and_says_why(keeping: Keeping, till: Screen) -> None:
    shop = keeping.shop
    kept = keeping.book(shop.cast.limei, (shop.soap, 1))
    till.show("/shop/reservations")
    till.send(f"/shop/reservations/{kept}/cancel", reason="")
    assert keeping.reserved(shop.soap) == 1
    till.send(f"/shop/reservations/{kept}/cancel", reason="包装破了")
    assert (keeping.reserved(shop.soap), "包装破了" in till.page) == (0, True)
