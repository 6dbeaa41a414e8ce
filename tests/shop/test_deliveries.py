"""送货上门: listed by door, signed for once, or brought back with a supervisor's yes."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.kernel import clock as clocks
from pointsvc.kernel.transaction import transact
from pointsvc.members.households import leave
from pointsvc.shop.asking_jobs import end_requests
from pointsvc.shop.errors import DeliveryEnded, DeliveryKnown, NoDoor
from pointsvc.shop.queries.deliveries import by_building, deliveries_of, find_delivery
from pointsvc.web.messages import messages_of
from tests.shop.asking import carry_back, decide, send, sign
from tests.shop.conftest import Shop
from tests.support.clocks import FrozenClock


@pytest.fixture
def order_id(shop: Shop) -> UUID:
    """李梅 has two soaps."""
    shop.stock(shop.soap, 10)
    for person in (shop.cast.limei, shop.cast.liuyang):
        shop.points(person, 200)
    return shop.buy(shop.cast.limei, (shop.soap, 2)).order_id


def test_what_is_to_be_carried_is_listed_by_building(shop: Shop, order_id: UUID) -> None:
    send(shop, shop.buy(shop.cast.liuyang, (shop.soap, 1)).order_id)
    send(shop, order_id)
    rows = deliveries_of(shop.community_id, shop.cast.shop_id, on=shop.today)
    listed = [(building, [row.name for row in group]) for building, group in by_building(rows)]
    assert listed == [("1", ["李梅"]), ("4", ["刘洋"])]


def test_an_exchange_is_listed_once(shop: Shop, order_id: UUID) -> None:
    send(shop, order_id)
    with pytest.raises(DeliveryKnown):
        send(shop, order_id)


def test_who_has_no_door_is_brought_nothing(shop: Shop, order_id: UUID) -> None:
    whose = {"community_id": shop.community_id, "member_id": shop.cast.limei.id}
    transact(lambda: leave(**whose, now=clocks.now()))
    with pytest.raises(NoDoor):
        send(shop, order_id)


def test_it_is_signed_for_once_and_the_member_hears(shop: Shop, order_id: UUID) -> None:
    delivery_id = send(shop, order_id)
    sign(shop, delivery_id)
    with pytest.raises(DeliveryEnded):
        sign(shop, delivery_id)
    told = messages_of(shop.community_id, shop.cast.limei.id).rows[0].text
    assert told == "小票 1 的东西送到了，您的家人签收。"


def test_what_was_not_delivered_comes_back_by_a_supervisor(shop: Shop, order_id: UUID) -> None:
    request_id = carry_back(shop, send(shop, order_id))
    assert (shop.on_hand(shop.soap), shop.balance(shop.cast.limei)) == (8, 120)
    decide(shop, request_id)
    assert (shop.on_hand(shop.soap), shop.balance(shop.cast.limei)) == (10, 200)
    found = find_delivery(shop.community_id, order_id)
    assert found is not None
    assert (found.state, found.request_id) == ("returned", request_id)


def test_what_a_supervisor_does_not_take_back_is_carried_again(shop: Shop, order_id: UUID) -> None:
    decide(shop, carry_back(shop, send(shop, order_id)), approve=False)
    found = find_delivery(shop.community_id, order_id)
    assert found is not None
    assert (found.state, found.request_id, shop.on_hand(shop.soap)) == ("waiting", None, 8)


def test_what_nobody_decided_about_is_carried_again(
    shop: Shop, order_id: UUID, clock: FrozenClock
) -> None:
    carry_back(shop, send(shop, order_id))
    clock.advance(hours=72)
    end_requests(clocks.now())
    found = find_delivery(shop.community_id, order_id)
    assert found is not None
    assert (found.state, found.request_id) == ("waiting", None)
    told = messages_of(shop.community_id, shop.cast.zhangdian.id).rows[0].text
    assert told.startswith("小票 1 的退兑没有监督员答复")
    sign(shop, found.id)
