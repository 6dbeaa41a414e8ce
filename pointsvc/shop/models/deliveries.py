"""送货上门: exchanges that are carried to the member's door."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references


class HomeDelivery(InCommunity, Base):
    """An exchange on its way to a door: waiting, then signed for or brought back.

    What is brought back names the request by which the points return.
    """

    __tablename__ = "home_deliveries"
    __table_args__ = (
        references("order_id", "orders"),
        references("shop_id", "places"),
        references("request_id", "shop_requests"),
        UniqueConstraint("community_id", "order_id", name="uq_home_deliveries_order"),
        one_of("state", "waiting", "delivered", "returned"),
        one_of("received_by", "self", "family", "neighbour"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'waiting') = (ended_by_id IS NULL)", name="ended_by"),
        CheckConstraint("(state = 'delivered') = (received_by IS NOT NULL)", name="signed"),
        CheckConstraint("(state = 'returned') = (request_id IS NOT NULL)", name="returned"),
        CheckConstraint("ended_by_id <> member_id", name="carrier_is_another"),
        at_most("note", 100),
        Index("ix_home_deliveries_shop", "community_id", "shop_id", "state", "id"),
        Index("ix_home_deliveries_request", "community_id", "request_id"),
    )

    order_id: Mapped[UUID]
    shop_id: Mapped[UUID]
    member_id: Mapped[UUID]
    note: Mapped[str | None]
    asked_by_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    business_on: Mapped[date]
    state: Mapped[str]
    ended_by_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    received_by: Mapped[str | None]
    request_id: Mapped[UUID | None]
