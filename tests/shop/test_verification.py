"""The shop's invariants are recomputed, and a broken one is named."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from pointsvc.extensions import Base, db
from pointsvc.kernel.transaction import transact
from pointsvc.shop.models import (
    Batch,
    HomeDelivery,
    Order,
    OrderLine,
    Product,
    Proxy,
    Refund,
    ShopRequest,
    ShopRequestLine,
    StockRequest,
)
from pointsvc.shop.verification import shop_checks
from tests.shop.asking import ask, carry_back, collect, decide, name, send
from tests.shop.asking_stock import ask_waste, decide_asked
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping

NOBODY = uuid4()
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def busy_shop(shop: Shop) -> Shop:
    """Exchanges, a refund that was asked for, one collected by a neighbour, one not delivered."""
    batch_id = shop.stock(shop.soap, 20)
    decide_asked(shop, ask_waste(shop, batch_id, 1))
    shop.points(shop.cast.limei, 1000)
    first_id = shop.buy(shop.cast.limei, (shop.soap, 1)).order_id
    decide(shop, ask(shop, first_id))
    sent_id = collect(shop, shop.cast.limei, name(shop, shop.cast.limei, shop.cast.liuyang), 2)
    carry_back(shop, send(shop, sent_id.order.id))
    order_id = shop.buy(shop.cast.limei, (shop.soap, 3)).order_id
    shop.refund(order_id, (shop.lines(order_id)[0].id, 1))
    keeping = Keeping(shop)
    kept = keeping.book(shop.cast.limei, (shop.soap, 3))
    keeping.fetch(keeping.code(kept), (shop.soap, 1))
    return shop


def broken(shop: Shop) -> set[str]:
    return {check.id for check in shop_checks(shop.community_id) if not check.ok}


def test_all_invariants_hold_after_a_day(busy_shop: Shop) -> None:
    checks = shop_checks(busy_shop.community_id)
    assert all(check.ok for check in checks)
    assert all(check.count for check in checks if check.id[0] not in "GM")  # no gift, no invoice


@pytest.mark.engines("sqlite")  # all of them are counted on both above
@pytest.mark.parametrize(
    ("model", "values", "invariant"),
    [
        (Batch, {"on_hand": 5}, "S1"),
        (Product, {"on_hand": 99}, "S1"),
        (Order, {"total_points": 1}, "S2"),
        (OrderLine, {"quantity": 4, "total_points": 160}, "S4"),
        (OrderLine, {"refunded": 0}, "L12"),
        (Batch, {"restriction": "独居老人"}, "S6"),
        (ShopRequest, {"member_id": NOBODY}, "L15"),
        (ShopRequestLine, {"quantity": 9}, "L15"),
        (Refund, {"approver_id": NOBODY}, "L15"),
        (Proxy, {"named_at": LATER}, "L15"),
        (HomeDelivery, {"member_id": NOBODY}, "S4"),
        (StockRequest, {"decided_by_id": NOBODY}, "L15"),
        (StockRequest, {"quantity": 3}, "L15"),
    ],
)
def test_a_broken_invariant_is_named(
    busy_shop: Shop,
    model: type[Base],
    values: dict[str, object],
    invariant: str,
) -> None:
    transact(lambda: db.session.execute(update(model).values(**values)))
    assert invariant in broken(busy_shop)


def test_another_communitys_shop_is_not_looked_at(busy_shop: Shop) -> None:
    nowhere: UUID = busy_shop.cast.other_community_id
    assert sum(check.count for check in shop_checks(nowhere)) == 0
