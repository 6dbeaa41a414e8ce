"""What a member's printed card did on a day without anybody's PIN in sight: paid, or set aside at a desk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.shop.models import Hold, Order, OrderLine, Pickup, Reservation
from pointsvc.shop.queries.orders import card_points_of
from pointsvc.shop.rules import PinLimits


def pin_limits_of(community: CommunityFacts) -> PinLimits:
    """Above what a printed card wants its PIN here."""
    return PinLimits(community.settings.pin_above_points, community.settings.pin_day_points)


def card_days_of(
    community: CommunityFacts, member_ids: Collection[UUID], on: date
) -> dict[UUID, int]:
    """Of each member what that day comes to: what the card paid, and what desks set aside for them.

    What was fetched with the card meanwhile is the card's already. Nothing where the community does
    not count the day. Read under the members' passbooks it holds until the commit.
    """
    if not community.settings.pin_day_points or not member_ids:
        return dict.fromkeys(member_ids, 0)
    days = card_points_of(community.id, member_ids, on)
    for wanted in (_waiting(community.id), _fetched_by_code(community.id)):
        found = wanted.where(
            is_among(Reservation.member_id, member_ids),
            Reservation.booked_by_id != Reservation.member_id,
            Reservation.business_on == on,
        ).group_by(Reservation.member_id)
        for member_id, points in db.session.execute(found):
            days[member_id] += int(points)
    return days


def _waiting(community_id: UUID) -> Select[*tuple[Any, ...]]:
    left = Hold.quantity - Hold.picked - Hold.released
    return (
        select(Reservation.member_id, func.sum(left * Hold.price_points))
        .join(
            Hold,
            (Hold.community_id == Reservation.community_id)
            & (Hold.reservation_id == Reservation.id),
        )
        .where(Reservation.community_id == community_id)
    )


def _fetched_by_code(community_id: UUID) -> Select[*tuple[Any, ...]]:
    left = OrderLine.quantity - OrderLine.refunded
    return (
        select(Reservation.member_id, func.sum(left * OrderLine.price_points))
        .join(
            Pickup,
            (Pickup.community_id == Reservation.community_id)
            & (Pickup.reservation_id == Reservation.id),
        )
        .join(Order, (Order.community_id == Pickup.community_id) & (Order.id == Pickup.order_id))
        .join(
            OrderLine,
            (OrderLine.community_id == Order.community_id) & (OrderLine.order_id == Order.id),
        )
        .where(Reservation.community_id == community_id, Order.proof != "card")
    )
