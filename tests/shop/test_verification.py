"""The shop's invariants are recomputed, and a broken one is named."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import update

from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from pointsvc.shop.models import Batch, Order, OrderLine, Product
from pointsvc.shop.verification import shop_checks
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping


@pytest.fixture
def busy_shop(shop: Shop) -> Shop:
    """Two exchanges and a refund; of what was kept for somebody a part was fetched."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    shop.buy(shop.cast.limei, (shop.soap, 1))
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
    assert all(check.count for check in checks)


@pytest.mark.parametrize(
    ("model", "values", "invariant"),
    [
        (Batch, {"on_hand": 5}, "S1"),
        (Product, {"on_hand": 99}, "S1"),
        (Order, {"total_points": 1}, "S2"),
        (OrderLine, {"quantity": 4, "total_points": 160}, "S4"),
        (OrderLine, {"refunded": 0}, "L12"),
        (Batch, {"restriction": "独居老人"}, "S6"),
    ],
)
def test_a_broken_invariant_is_named(
    busy_shop: Shop,
    model: type[Batch | Product | Order | OrderLine],
    values: dict[str, object],
    invariant: str,
) -> None:
    transact(lambda: db.session.execute(update(model).values(**values)))
    assert invariant in broken(busy_shop)


def test_another_communitys_shop_is_not_looked_at(busy_shop: Shop) -> None:
    nowhere: UUID = busy_shop.cast.other_community_id
    assert sum(check.count for check in shop_checks(nowhere)) == 0
