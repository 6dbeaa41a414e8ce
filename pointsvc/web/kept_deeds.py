"""The deed behind points that are kept for a reservation: which goods, and its number."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Row, and_, select

from pointsvc.extensions import db
from pointsvc.shop.models import Hold, Product, Reservation


def kept_goods(community_id: UUID, ids: Collection[UUID]) -> list[Row[UUID, int, str, int, UUID]]:
    """Of these holds: id, units, the product's name, the reservation's number, and whose it is."""
    return list(
        db.session.execute(
            select(
                Hold.id,
                Hold.quantity,
                Product.name,
                Reservation.reservation_no,
                Reservation.member_id,
            )
            .join(
                Reservation,
                and_(
                    Reservation.community_id == Hold.community_id,
                    Reservation.id == Hold.reservation_id,
                ),
            )
            .join(
                Product,
                and_(Product.community_id == Hold.community_id, Product.id == Hold.product_id),
            )
            .where(Hold.community_id == community_id, Hold.id.in_(ids))
        ).all()
    )
