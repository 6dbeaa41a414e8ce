"""S1, S2, S3, S5 and L10 of goods that are kept for somebody, recomputed from the rows themselves."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.ledger.queries import sums_by_source
from pointsvc.shop.models import (
    ExchangeGood,
    Hold,
    OrderLine,
    Pickup,
    Product,
    ProductPrice,
    Reservation,
)


def keeping_checks(community_id: UUID) -> list[Check]:
    """What the tables of reservations promise, over one community."""
    return [
        _reserved_units(community_id),
        _reserved_points(community_id),
        _codes(community_id),
        _fetched(community_id),
    ]


def _reserved_units(community_id: UUID) -> Check:
    """S1: a product's reserved units are those of open holds and of exchange days' pools."""
    check = Check("S1")
    left = Hold.quantity - Hold.picked - Hold.released
    kept: Counter[UUID] = Counter()
    for product_id, units in _pairs(_open_holds(community_id, Hold.product_id, func.sum(left))):
        kept[product_id] += units
    pools = select(ExchangeGood.product_id, func.sum(ExchangeGood.pool)).where(
        ExchangeGood.community_id == community_id
    )
    for product_id, units in _pairs(pools.group_by(ExchangeGood.product_id)):
        kept[product_id] += units
    products = select(Product.id, Product.reserved, Product.on_hand).where(
        Product.community_id == community_id
    )
    for id_, reserved, on_hand in db.session.execute(products):
        check.expect(reserved == kept[id_] and reserved <= on_hand, id_)
    return check


def _reserved_points(community_id: UUID) -> Check:
    """S2, L10: a hold's points were set aside at its price version, and what ended has ended once."""
    check = Check("S2")
    of = {"community_id": community_id, "source_type": "hold"}
    aside = sums_by_source(**of, kind="reserve")  # type: ignore[arg-type]
    back = sums_by_source(**of, kind="unreserve")  # type: ignore[arg-type]
    priced = (
        select(Hold.id, Hold.quantity, Hold.released, Hold.price_points, ProductPrice.id)
        .outerjoin(
            ProductPrice,
            and_(
                ProductPrice.community_id == Hold.community_id,
                ProductPrice.product_id == Hold.product_id,
                ProductPrice.version == Hold.price_version,
                ProductPrice.price_points == Hold.price_points,
            ),
        )
        .where(Hold.community_id == community_id)
    )
    for id_, quantity, released, price, version in db.session.execute(priced):
        holds = aside.get(id_, 0) == quantity * price and back.get(id_, 0) == released * price
        check.expect(holds and version is not None, id_)
    return check


def _codes(community_id: UUID) -> Check:
    """S5: what is open waits for something and has a code; what has ended has neither."""
    check = Check("S5")
    left = func.sum(Hold.quantity - Hold.picked - Hold.released)
    wanted = (
        select(Reservation.id, Reservation.state, Reservation.code_hash, left)
        .join(
            Hold,
            and_(
                Hold.community_id == Reservation.community_id,
                Hold.reservation_id == Reservation.id,
            ),
        )
        .where(Reservation.community_id == community_id)
        .group_by(Reservation.id, Reservation.state, Reservation.code_hash)
    )
    for id_, state, code_hash, units in db.session.execute(wanted):
        is_open = state == "open"
        check.expect(is_open == (code_hash is not None) == (int(units) > 0), id_)
    return check


def _fetched(community_id: UUID) -> Check:
    """S4: the orders of a reservation handed out what counts as picked up, and nothing else."""
    check = Check("S4")
    handed = {
        (row[0], row[1]): int(row[2])
        for row in db.session.execute(
            select(Pickup.reservation_id, OrderLine.product_id, func.sum(OrderLine.quantity))
            .join(
                OrderLine,
                and_(
                    OrderLine.community_id == Pickup.community_id,
                    OrderLine.order_id == Pickup.order_id,
                ),
            )
            .where(Pickup.community_id == community_id)
            .group_by(Pickup.reservation_id, OrderLine.product_id)
        )
    }
    counted = select(Hold.reservation_id, Hold.product_id, Hold.picked).where(
        Hold.community_id == community_id
    )
    for reservation_id, product_id, picked in db.session.execute(counted):
        check.expect(handed.get((reservation_id, product_id), 0) == picked, reservation_id)
    return check


def _open_holds(community_id: UUID, *columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).where(Hold.community_id == community_id).group_by(Hold.product_id)


def _pairs(wanted: Select[*tuple[Any, ...]]) -> list[tuple[UUID, int]]:
    return [(row[0], int(row[1])) for row in db.session.execute(wanted)]
