"""What is kept for people counts towards the shop's limits as what they buy does (S3)."""

from __future__ import annotations

import pytest

from pointsvc.cli.verification import verify_everything
from pointsvc.communities.service import update_settings
from pointsvc.kernel.transaction import transact
from pointsvc.shop.errors import BalanceTooLow, UnitsLimitReached
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping
from tests.shop.screens import Screen
from tests.shop.sharing import Sharing
from tests.shop.stockrooms import Stockroom
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")  # the windows are the counter's, tried on both there


@pytest.fixture
def keeping(shop: Shop) -> Keeping:
    """Ten bars of soap, of which a household may have two a day."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 400)
    Stockroom(shop).limit(2, window="day")
    return Keeping(shop)


def test_what_is_kept_uses_the_shops_limits_until_it_is_given_free(keeping: Keeping) -> None:
    shop, limei = keeping.shop, keeping.shop.cast.limei
    kept = keeping.book(limei, (shop.soap, 2))
    with pytest.raises(UnitsLimitReached):
        shop.buy(limei, (shop.soap, 1))
    with pytest.raises(UnitsLimitReached):
        keeping.book(limei, (shop.soap, 1))
    assert verify_everything().ok
    keeping.cancel(kept, limei)
    shop.buy(limei, (shop.soap, 2))
    assert verify_everything().ok


def test_what_was_fetched_counts_on_until_it_is_refunded(
    keeping: Keeping, client: HouseClient
) -> None:
    shop, limei = keeping.shop, keeping.shop.cast.limei
    kept = keeping.book(limei, (shop.soap, 2))
    order_id = keeping.fetch(keeping.code(kept), (shop.soap, 1)).order_id
    with pytest.raises(UnitsLimitReached):
        shop.buy(limei, (shop.soap, 1))
    page = Screen(client, shop.cast.zhangdian).show(f"/shop/orders/{order_id}").text
    assert f"预约单 {keeping.facts(kept).reservation_no}" in page
    [line] = shop.lines(order_id)
    shop.refund(order_id, (line.id, 1))
    shop.buy(limei, (shop.soap, 1))
    assert verify_everything().ok


def test_who_has_fewer_points_than_the_community_exchanges_from_keeps_nothing(
    keeping: Keeping,
) -> None:
    changes = {"exchange_minimum_points": 500}
    transact(lambda: update_settings(community_id=keeping.shop.community_id, changes=changes))
    with pytest.raises(BalanceTooLow):
        keeping.book(keeping.shop.cast.limei, (keeping.shop.soap, 1))


def test_an_exchange_window_lasts_from_the_draw_to_the_last_slot(
    shop: Shop, clock: FrozenClock
) -> None:
    limei, sharing = shop.cast.limei, Sharing(shop)
    shop.stock(shop.soap, 10)
    shop.points(limei, 400)
    Stockroom(shop).limit(1, window="exchange")
    day_id = sharing.plan((shop.soap, 1))
    sharing.wish(day_id, limei, shop.soap)
    shop.buy(limei, (shop.soap, 1))
    clock.advance(days=2)
    sharing.draw(day_id)
    clock.advance(days=7)
    with pytest.raises(UnitsLimitReached):
        shop.buy(limei, (shop.soap, 1))
    clock.advance(days=2)
    shop.buy(limei, (shop.soap, 1))
    assert verify_everything().ok
