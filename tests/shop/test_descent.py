"""Gifts that go on to another shop are followed to the hand that takes them (G1)."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.checkin.codes import read_member_code
from pointsvc.cli.verification import verify_everything
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service
from pointsvc.shop.queries.descent import offspring_of, roots_of
from pointsvc.shop.queries.gifts import batches_of_lines, fates_of
from pointsvc.shop.queries.origins import origins_of, parts_of
from pointsvc.shop.queries.stock import get_batch
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.donations import DonatedLine
from tests.shop.conftest import Shop
from tests.shop.giving import Giving
from tests.shop.stockrooms import Stockroom

pytestmark = pytest.mark.engines("sqlite")


def bought_at(shop: Shop, shop_id: UUID, batch_id: UUID) -> UUID:
    """刘洋 takes one of a batch in another shop; the order."""
    product_id = get_batch(shop.community_id, batch_id, today=shop.today).product_id
    text = shop.card(shop.cast.liuyang)
    receipt = transact(
        lambda: service.place_order(
            community_id=shop.community_id,
            shop_id=shop_id,
            code=read_member_code(text=text, community_id=shop.community_id, now=clock.now()),
            lines=[WantedLine(product_id, 1)],
            pin="right",
            keeper_id=shop.cast.zhangdian.id,
            now=clock.now(),
        )
    )
    return receipt.order_id


def test_a_gift_is_followed_through_two_shops_into_a_hand(shop: Shop) -> None:
    room, first, second = Stockroom(shop), *(Stockroom(shop).open_another() for _ in range(2))
    shop.points(shop.cast.liuyang, 400)
    gift = Giving(shop).give(DonatedLine(shop.soap, 5))
    [given] = batches_of_lines(shop.community_id, [gift.lines[0].id])
    there = room.send(given, 3, first)
    last = room.send(there, 2, second)
    order_id = bought_at(shop, second, last)
    assert offspring_of(shop.community_id, [given]) == {there: given, last: given}
    assert roots_of(shop.community_id, [given, there, last]) == dict.fromkeys(
        (given, there, last), given
    )
    [part] = parts_of(shop.community_id, [line.id for line in shop.lines(order_id)])
    origin = origins_of(shop.community_id, [part.batch_id])[part.batch_id]
    assert (part.batch_id, origin.donation_id) == (last, gift.id)
    [fate] = fates_of(shop.community_id, gift)
    assert (fate.exchanged, fate.moved, fate.left, fate.receipts) == (1, 2, 2, 1)
    assert fate.is_balanced
    assert verify_everything().ok
