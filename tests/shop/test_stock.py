"""Stock: batches, movements, waste, counts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Busy, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service
from pointsvc.shop.errors import (
    AmountRefused,
    OutOfStock,
    ReasonRequired,
    SecondPersonRequired,
    WasteExceeds,
)
from pointsvc.shop.models import Batch, Product, StockMovement, StockTake
from pointsvc.shop.queries.stock import (
    available_of,
    expiring_batches,
    latest_takes,
    movements_of,
)
from pointsvc.shop.service.stock import OutLine, plan_out
from pointsvc.shop.shelf import open_shelf
from tests.shop.conftest import Shop
from tests.support.cast import Person


def sell(shop: Shop, product_id: UUID, quantity: int) -> UUID:
    line = OutLine(new_id(), product_id, quantity)

    def work() -> None:
        shelf = open_shelf(community_id=shop.community_id, product_ids={product_id})
        plan_out(shelf, [line], shop.moving())
        shelf.write()

    transact(work)
    return line.line_id


def waste(
    shop: Shop,
    batch_id: UUID,
    quantity: int,
    by: Person | None = None,
    waste_id: UUID | None = None,
) -> None:
    transact(
        lambda: service.write_off(
            community_id=shop.community_id,
            batch_id=batch_id,
            quantity=quantity,
            reason="破损",
            waste_id=waste_id or new_id(),
            moving=shop.moving(by),
        )
    )


def count(
    shop: Shop,
    batch_id: UUID,
    expected: int,
    counted: int,
    by: Person | None = None,
    reason: str = "月末盘点",
) -> int:
    return transact(
        lambda: service.record_count(
            community_id=shop.community_id,
            batch_id=batch_id,
            expected=expected,
            counted=counted,
            reason=reason,
            count_id=new_id(),
            moving=shop.moving(by),
        )
    )


def test_what_comes_in_is_on_hand_and_in_a_movement(shop: Shop) -> None:
    shop.stock(shop.soap, 12)
    [movement] = movements_of(shop.community_id, shop.soap).rows
    assert (shop.on_hand(shop.soap), movement.kind, movement.delta) == (12, "purchase", 12)


def test_the_batch_that_expires_first_is_sold_first(shop: Shop) -> None:
    later = shop.stock(shop.soap, 5, shop.today + timedelta(days=90))
    sooner = shop.stock(shop.soap, 2, shop.today + timedelta(days=9))
    sell(shop, shop.soap, 3)
    assert shop.batches(shop.soap) == {later: 4}
    assert sooner not in shop.batches(shop.soap)


def test_the_last_good_day_is_still_sold(shop: Shop) -> None:
    shop.stock(shop.soap, 1, shop.today)
    sell(shop, shop.soap, 1)
    assert shop.on_hand(shop.soap) == 0


@pytest.mark.parametrize("restriction", [None, "独居老人"])
def test_past_and_restricted_goods_are_on_hand_and_not_sold(
    shop: Shop, restriction: str | None
) -> None:
    past = None if restriction else shop.today - timedelta(days=1)
    shop.stock(shop.soap, 4, past, restriction)
    with pytest.raises(OutOfStock):
        sell(shop, shop.soap, 1)
    assert shop.on_hand(shop.soap) == 4
    assert available_of(shop.community_id, [shop.soap], today=shop.today) == {shop.soap: 0}


def test_on_hand_is_the_sum_of_the_movements(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 10)
    sell(shop, shop.soap, 3)
    waste(shop, batch_id, 2, shop.cast.hedu)
    total = db.session.scalar(
        select(func.sum(StockMovement.delta)).where(StockMovement.product_id == shop.soap)
    )
    assert (total, shop.on_hand(shop.soap), shop.batches(shop.soap)) == (5, 5, {batch_id: 5})


def test_good_stock_is_wasted_by_two_persons(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 4)
    with pytest.raises(SecondPersonRequired):
        waste(shop, batch_id, 1)


def test_what_is_past_its_date_is_wasted_by_one(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 4, shop.today - timedelta(days=1))
    waste(shop, batch_id, 4)
    assert shop.on_hand(shop.soap) == 0


def test_no_more_is_wasted_than_is_there(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 4)
    with pytest.raises(WasteExceeds):
        waste(shop, batch_id, 5, shop.cast.hedu)


def test_the_keeper_is_not_their_own_second_person(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 4)
    with pytest.raises(IntegrityError, match="two_persons"):
        waste(shop, batch_id, 1, shop.cast.zhangdian)


def test_a_count_corrects_what_is_on_hand(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 10)
    assert count(shop, batch_id, 10, 8, shop.cast.hedu) == 8
    assert shop.on_hand(shop.soap) == 8


def test_a_sale_between_count_and_correction_stays_a_sale(shop: Shop) -> None:
    """docs/ledger.md case 36."""
    batch_id = shop.stock(shop.soap, 10)
    sell(shop, shop.soap, 3)
    assert count(shop, batch_id, 10, 9, shop.cast.hedu) == 6


def test_one_person_does_not_correct_a_count(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 10)
    with pytest.raises(SecondPersonRequired):
        count(shop, batch_id, 10, 9)


def test_a_count_that_agrees_changes_nothing(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 10)
    assert count(shop, batch_id, 10, 10) == 10
    [take] = latest_takes(shop.community_id, shop.soap)
    assert (take.counted, take.counted_by_id) == (10, shop.cast.zhangdian.id)


def test_a_difference_says_why(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 10)
    with pytest.raises(ReasonRequired):
        count(shop, batch_id, 10, 9, shop.cast.hedu, reason="")


def test_the_database_wants_a_second_person_for_a_difference(shop: Shop) -> None:
    batch_id = shop.stock(shop.soap, 10)
    take = StockTake(
        community_id=shop.community_id,
        id=new_id(),
        batch_id=batch_id,
        product_id=shop.soap,
        expected=10,
        counted=9,
        counted_by_id=shop.cast.zhangdian.id,
        counted_at=clock.now(),
        business_on=shop.today,
    )
    with pytest.raises(IntegrityError, match="difference_approved"):
        transact(lambda: db.session.add(take))


@pytest.mark.parametrize(("expected", "counted"), [(10, -1), (20, 5)])
def test_a_count_never_leaves_less_than_nothing(shop: Shop, expected: int, counted: int) -> None:
    batch_id = shop.stock(shop.soap, 10)
    with pytest.raises(AmountRefused):
        count(shop, batch_id, expected, counted, shop.cast.hedu)


def test_a_batch_of_nobody_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound):
        waste(shop, new_id(), 1, shop.cast.hedu)


def test_a_movement_happens_once(shop: Shop) -> None:
    batch_id, waste_id = shop.stock(shop.soap, 4, shop.today - timedelta(days=1)), new_id()
    waste(shop, batch_id, 1, waste_id=waste_id)
    with pytest.raises(Busy):
        waste(shop, batch_id, 1, waste_id=waste_id)
    assert shop.on_hand(shop.soap) == 3


@pytest.mark.parametrize("model", [Batch, Product])
def test_the_database_refuses_negative_stock(
    shop: Shop, database: SQLAlchemy, model: type[Batch | Product]
) -> None:
    shop.stock(shop.soap, 1)
    with pytest.raises(IntegrityError, match=r"on_hand_floor|reserved_within"):
        transact(lambda: database.session.execute(update(model).values(on_hand=-1)))


def test_what_expires_soon_is_listed_first(shop: Shop) -> None:
    past = shop.stock(shop.soap, 1, shop.today - timedelta(days=1))
    soon = shop.stock(shop.rice, 1, shop.today + timedelta(days=30))
    shop.stock(shop.rice, 1, shop.today + timedelta(days=31))
    asked = (shop.community_id, shop.cast.shop_id)
    found, count = expiring_batches(*asked, today=shop.today, limit=2)
    assert count == 2
    assert [(row.id, row.is_past) for row in found] == [(past, True), (soon, False)]
