"""Reading what is kept for people and is not good any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.shop.models import Hold, Product, Reservation
from pointsvc.shop.queries.stock import usable_of


def spoiled_holds(community_id: UUID, now: datetime) -> list[tuple[UUID, UUID]]:
    """(reservation, product) of open holds whose product has fewer good units than are kept.

    The last that came gives way first.
    """
    today = local_day(now, get_community(community_id).zone)
    kept = select(Product.id, Product.reserved).where(
        Product.community_id == community_id, Product.reserved > 0
    )
    reserved = {row.id: row.reserved for row in db.session.execute(kept)}
    usable = usable_of(community_id, reserved.keys(), today=today)
    short = [id_ for id_, units in reserved.items() if usable[id_] < units]
    wanted = (
        select(Hold.reservation_id, Hold.product_id)
        .join(
            Reservation,
            (Reservation.community_id == Hold.community_id)
            & (Reservation.id == Hold.reservation_id),
        )
        .where(
            Hold.community_id == community_id,
            Hold.product_id.in_(short),
            Reservation.state == "open",
            Hold.picked + Hold.released < Hold.quantity,
        )
        .order_by(Reservation.placed_at.desc(), Reservation.id.desc())
    )
    return [(row.reservation_id, row.product_id) for row in db.session.execute(wanted)]
