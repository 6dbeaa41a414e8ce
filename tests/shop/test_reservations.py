"""Goods are kept for somebody: points, allowance and units wait, and return whole."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from pointsvc.cli.verification import verify_everything
from pointsvc.communities.service import close_place, create_place
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.jobs import expire_due
from pointsvc.shop.errors import (
    DueTooFar,
    GoodsReserved,
    InsufficientPoints,
    LimitReached,
    NotOpen,
    OutOfStock,
    PickupCodeWrong,
    PickupElsewhere,
    ProductClosed,
)
from pointsvc.shop.models import Hold, Product
from pointsvc.shop.service import write_off
from pointsvc.shop.verification import shop_checks
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping
from tests.support.clocks import FrozenClock


@pytest.fixture
def keeping(shop: Shop) -> Keeping:
    """Ten bars of soap; 李梅 has 400 points."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 400)
    return Keeping(shop)


def test_what_is_kept_leaves_the_wallet_and_the_counter_but_not_the_shelf(
    keeping: Keeping,
) -> None:
    shop = keeping.shop
    keeping.book(shop.cast.limei, (shop.soap, 8))
    assert keeping.points(shop.cast.limei) == (80, 320)
    assert (shop.on_hand(shop.soap), keeping.reserved(shop.soap)) == (10, 8)
    shop.points(shop.cast.liuyang, 400)
    with pytest.raises(OutOfStock) as refusal:
        shop.buy(shop.cast.liuyang, (shop.soap, 3))
    assert refusal.value.context["available"] == 2
    assert verify_everything().ok


def test_who_fetches_pays_the_price_of_the_day_of_the_reservation(keeping: Keeping) -> None:
    shop = keeping.shop
    kept = keeping.book(shop.cast.limei, (shop.soap, 2))
    transact(lambda: db.session.execute(update(Product).values(price_points=99, price_version=1)))
    receipt = keeping.fetch(keeping.code(kept))
    assert (receipt.total_points, receipt.balance_points) == (80, 320)
    assert keeping.points(shop.cast.limei) == (320, 0)
    assert (shop.on_hand(shop.soap), keeping.reserved(shop.soap)) == (8, 0)
    assert keeping.facts(kept).state == "picked"
    assert verify_everything().ok


def test_a_part_is_fetched_and_the_rest_waits_under_a_new_code(keeping: Keeping) -> None:
    shop = keeping.shop
    kept = keeping.book(shop.cast.limei, (shop.soap, 3))
    first = keeping.code(kept)
    keeping.fetch(first, (shop.soap, 1))
    with pytest.raises(PickupCodeWrong):
        keeping.fetch(first, (shop.soap, 1))
    assert keeping.points(shop.cast.limei) == (280, 80)
    keeping.fetch(keeping.code(kept))
    assert (shop.on_hand(shop.soap), keeping.facts(kept).state) == (7, "picked")
    assert verify_everything().ok


def test_what_was_fetched_can_be_given_back_like_any_order(keeping: Keeping) -> None:
    shop = keeping.shop
    order_id = keeping.fetch(keeping.code(keeping.book(shop.cast.limei, (shop.soap, 2)))).order_id
    shop.refund(order_id, (shop.lines(order_id)[0].id, 2))
    assert (keeping.points(shop.cast.limei), shop.on_hand(shop.soap)) == ((400, 0), 10)
    assert verify_everything().ok


def test_the_limit_is_taken_when_it_is_reserved_and_returns_with_it(
    keeping: Keeping, clock: FrozenClock
) -> None:
    """Also when it is fetched in another month and given back (S3)."""
    shop = keeping.shop
    clock.at("2026-11-28T09:00")
    shop.stock(shop.rice, 9)
    shop.points(shop.cast.limei, 3000)
    kept = keeping.book(shop.cast.limei, (shop.rice, 2))
    with pytest.raises(LimitReached):
        keeping.book(shop.cast.limei, (shop.rice, 1))
    clock.at("2026-12-02T09:00")
    shop.buy(shop.cast.limei, (shop.rice, 2))
    order_id = keeping.fetch(keeping.code(kept)).order_id
    shop.refund(order_id, (shop.lines(order_id)[0].id, 2))
    with pytest.raises(LimitReached):
        shop.buy(shop.cast.limei, (shop.rice, 1))


def test_case_26_reserved_over_its_expiry_then_voided_comes_back_with_grace(
    keeping: Keeping, clock: FrozenClock
) -> None:
    """docs/ledger.md case 26."""
    shop = keeping.shop
    shop.points(shop.cast.liuyang, 80, expires_on=shop.today + timedelta(days=2))
    kept = keeping.book(shop.cast.liuyang, (shop.soap, 2))
    clock.advance(days=5)
    expire_due(clocks.now())
    assert keeping.points(shop.cast.liuyang) == (0, 80)
    keeping.cancel(kept, shop.cast.liuyang)
    assert keeping.points(shop.cast.liuyang) == (80, 0)
    clock.advance(days=31)
    assert keeping.points(shop.cast.liuyang) == (0, 0)
    assert verify_everything().ok


def test_points_that_expired_while_reserved_still_pay(keeping: Keeping, clock: FrozenClock) -> None:
    shop = keeping.shop
    shop.points(shop.cast.liuyang, 80, expires_on=shop.today + timedelta(days=2))
    kept = keeping.book(shop.cast.liuyang, (shop.soap, 2))
    clock.advance(days=5)
    assert keeping.fetch(keeping.code(kept)).total_points == 80
    assert verify_everything().ok


def test_case_37_use_by_passes_while_preordered(keeping: Keeping, clock: FrozenClock) -> None:
    """docs/ledger.md case 37: the line is blocked, the points return, the member is told."""
    shop = keeping.shop
    shop.stock(shop.rice, 2, best_before_on=shop.today + timedelta(days=3))
    for person in (shop.cast.limei, shop.cast.liuyang):
        shop.points(person, 400)
    first = keeping.book(shop.cast.limei, (shop.rice, 1), (shop.soap, 1), days=3)
    keeping.book(shop.cast.liuyang, (shop.rice, 1), days=3)
    shop.stock(shop.rice, 1)
    clock.advance(days=4)
    assert keeping.block() == 320
    assert keeping.points(shop.cast.liuyang) == (400, 0)
    assert keeping.facts(first).points == 360
    assert verify_everything().ok


def test_case_38_a_pickup_code_of_another_shop_is_refused(keeping: Keeping) -> None:
    """docs/ledger.md case 38: wrong shop, used once; guesses are throttled at the door."""
    shop, other = keeping.shop, new_id()
    transact(
        lambda: create_place(
            community_id=shop.community_id, place_id=other, kind="shop", name="二店", number=2
        )
    )
    code = keeping.code(keeping.book(shop.cast.limei, (shop.soap, 1)))
    with pytest.raises(PickupElsewhere):
        keeping.fetch(code, shop_id=other)
    keeping.fetch(code)
    with pytest.raises(PickupCodeWrong):
        keeping.fetch(code)


def test_what_nobody_fetched_returns_whole_and_once(keeping: Keeping, clock: FrozenClock) -> None:
    shop = keeping.shop
    kept = keeping.book(shop.cast.limei, (shop.soap, 3), days=2)
    clock.advance(days=2)
    assert (keeping.expire(), keeping.expire()) == (120, 0)
    assert (keeping.points(shop.cast.limei), keeping.reserved(shop.soap)) == ((400, 0), 0)
    with pytest.raises(NotOpen):
        keeping.cancel(kept, shop.cast.limei)
    assert verify_everything().ok


@pytest.mark.parametrize("with_bad", [False, True])
def test_nothing_that_is_kept_is_written_off(
    keeping: Keeping, clock: FrozenClock, *, with_bad: bool
) -> None:
    """Nor while what went bad lies beside it and would still make up the number."""
    shop = keeping.shop
    if with_bad:
        shop.stock(shop.rice, 5, best_before_on=shop.today)
    batch = shop.stock(shop.rice, 1)
    shop.points(shop.cast.limei, 400)
    keeping.book(shop.cast.limei, (shop.rice, 1))
    clock.advance(days=1)
    with pytest.raises(GoodsReserved):
        transact(lambda: _waste(shop, batch))


def _waste(shop: Shop, batch_id: UUID) -> None:
    write_off(
        community_id=shop.community_id,
        batch_id=batch_id,
        quantity=1,
        reason="破了",
        waste_id=new_id(),
        moving=shop.moving(approved_by=shop.cast.hedu),
    )


@pytest.mark.parametrize(
    ("units", "days", "refusal"),
    [(11, 7, InsufficientPoints), (1, 15, DueTooFar), (1, 0, DueTooFar)],
)
def test_what_cannot_be_kept_is_refused(
    keeping: Keeping, units: int, days: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        keeping.book(keeping.shop.cast.limei, (keeping.shop.soap, units), days=days)


def test_a_closed_product_is_not_kept(keeping: Keeping) -> None:
    closed = update(Product).values(closed_at=clocks.now())
    transact(lambda: db.session.execute(closed))
    with pytest.raises(ProductClosed):
        keeping.book(keeping.shop.cast.limei, (keeping.shop.soap, 1))


def test_what_spoils_before_the_deadline_is_not_kept(keeping: Keeping) -> None:
    shop = keeping.shop
    shop.stock(shop.rice, 1, best_before_on=shop.today + timedelta(days=3))
    shop.points(shop.cast.limei, 400)
    with pytest.raises(OutOfStock):
        keeping.book(shop.cast.limei, (shop.rice, 1), days=4)
    keeping.book(shop.cast.limei, (shop.rice, 1), days=3)


@pytest.mark.parametrize("model", [Product, Hold])
def test_a_broken_hold_is_named(keeping: Keeping, model: type[Product | Hold]) -> None:
    keeping.book(keeping.shop.cast.limei, (keeping.shop.soap, 3))
    values = {"reserved": 2} if model is Product else {"released": 1}
    rows = update(model).where(model.id.in_(select(Hold.product_id).union(select(Hold.id))))
    transact(lambda: db.session.execute(rows.values(**values)))
    checks = shop_checks(keeping.shop.community_id)
    assert "S1" in {check.id for check in checks if not check.ok}


def test_a_shop_that_is_closed_keeps_nothing(keeping: Keeping) -> None:
    cast = keeping.shop.cast
    where = {"community_id": cast.community_id, "place_id": cast.shop_id}
    transact(lambda: close_place(**where, now=clocks.now()))
    with pytest.raises(NotFound):
        keeping.book(cast.limei, (keeping.shop.soap, 1))
