"""The PIN of a printed card at the counter."""

from __future__ import annotations

from typing import Any

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import update_settings
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.secrets import hash_pin, set_pin
from pointsvc.shop.errors import PinRequired
from tests.shop.conftest import Answer, Shop, count_the_day, post
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """Rice on the shelf; 李梅 has points, a printed card and a PIN."""
    shop.stock(shop.rice, 10)
    shop.points(shop.cast.limei, 1000)
    pin_hash = hash_pin("4725")
    transact(
        lambda: set_pin(
            community_id=shop.community_id,
            member_id=shop.cast.limei.id,
            pin_hash=pin_hash,
            actor=SYSTEM,
            now=clock.now(),
        )
    )
    return shop


def order(client: HouseClient, shop: Shop, key: str | None = None, **more: Any) -> Answer:
    body = {
        "member_code": shop.card(shop.cast.limei),
        "lines": [{"product_id": str(shop.rice), "quantity": 1}],
    } | more
    return post(client, "/orders", body, shop.cast.zhangdian, key)


def test_a_card_without_its_pin_is_asked_for_it(open_shop: Shop, client: HouseClient) -> None:
    answer = order(client, open_shop)
    assert (answer.status, answer.json["code"]) == (409, "shop.pin_required")
    assert answer.json["context"] == {"above": 100}


def test_the_right_pin_pays(open_shop: Shop, client: HouseClient) -> None:
    assert order(client, open_shop, pin="4725").status == 201


def test_a_wrong_pin_does_not_pay(open_shop: Shop, client: HouseClient) -> None:
    answer = order(client, open_shop, pin="4726")
    assert (answer.status, answer.json["code"]) == (409, "shop.pin_wrong")
    assert open_shop.on_hand(open_shop.rice) == 10


def test_five_wrong_pins_close_the_card_for_a_while(open_shop: Shop, client: HouseClient) -> None:
    statuses = [order(client, open_shop, pin=f"100{n}").status for n in range(6)]
    assert statuses == [409, 409, 409, 409, 409, 429]
    assert order(client, open_shop, pin="4725").status == 429


def test_adding_the_pin_to_a_used_key_is_another_request(
    open_shop: Shop, client: HouseClient
) -> None:
    key = str(new_id())
    order(client, open_shop, key)
    answer = order(client, open_shop, key, pin="4725")
    assert answer.json["code"] == "idempotency.key_reused"


def test_a_community_sets_its_own_limit(open_shop: Shop, client: HouseClient) -> None:
    changes = {"pin_above_points": 320}
    transact(lambda: update_settings(community_id=open_shop.community_id, changes=changes))
    assert order(client, open_shop).status == 201


def test_by_itself_a_day_is_not_counted(shop: Shop) -> None:
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    for _time in range(3):
        shop.buy(shop.cast.limei, (shop.soap, 2), pin="absent")


def test_a_card_is_not_emptied_in_small_pieces(shop: Shop) -> None:
    """Two soaps are 80 points, a third makes 120 of the day: the holder types the PIN."""
    count_the_day(shop)
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    shop.buy(shop.cast.limei, (shop.soap, 2), pin="absent")
    with pytest.raises(PinRequired):
        shop.buy(shop.cast.limei, (shop.soap, 1), pin="absent")
    shop.buy(shop.cast.limei, (shop.soap, 1), pin="right")


def test_a_phone_s_code_takes_nothing_from_the_card_s_day(shop: Shop) -> None:
    count_the_day(shop)
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    shop.buy(shop.cast.limei, (shop.soap, 3), code=shop.code(shop.cast.limei), pin="absent")
    shop.buy(shop.cast.limei, (shop.soap, 2), pin="absent")


def test_what_came_back_does_not_count(shop: Shop) -> None:
    count_the_day(shop)
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    order = shop.buy(shop.cast.limei, (shop.soap, 2), pin="absent")
    [line] = shop.lines(order.order_id)
    shop.refund(order.order_id, (line.id, 1))
    shop.buy(shop.cast.limei, (shop.soap, 1), pin="absent")


def test_the_card_s_day_ends_at_midnight_in_the_community_s_zone(
    shop: Shop, clock: FrozenClock
) -> None:
    count_the_day(shop)
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    clock.at("2026-11-21T23:59")
    shop.buy(shop.cast.limei, (shop.soap, 2), pin="absent")
    clock.at("2026-11-22T00:01")
    shop.buy(shop.cast.limei, (shop.soap, 2), pin="absent")
