"""Goods kept for somebody (预约), and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where


class Reservation(InCommunity, Base):
    """Goods that wait for a member, paid for with reserved points, until `due_at`.

    S5: while it is open it has one pick-up code, kept as a hash; `turn` counts the codes it had.
    `holder_id` is whose limits of `business_on`'s month were used (S3). `day_id` and `slot_id` where
    it belongs to an exchange day, and the number that is called there.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        references("shop_id", "places"),
        references("member_id", "members"),
        references("day_id", "exchange_days"),
        references("slot_id", "exchange_slots"),
        UniqueConstraint("community_id", "reservation_no", name="uq_reservations_number"),
        one_of("state", "open", "picked", "cancelled", "expired"),
        CheckConstraint("(state = 'open') = (code_hash IS NOT NULL)", name="code_while_open"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_or_open"),
        CheckConstraint("(day_id IS NULL) = (slot_id IS NULL)", name="slot_of_day"),
        CheckConstraint("(day_id IS NULL) = (queue_no IS NULL)", name="number_of_day"),
        CheckConstraint("turn > 0", name="turn_positive"),
        at_most("reason", 200),
        unique_where("uq_reservations_code", "code_hash", where="code_hash IS NOT NULL"),
        unique_where("uq_reservations_queue", "day_id", "queue_no", where="day_id IS NOT NULL"),
        Index("ix_reservations_member", "community_id", "member_id", "id"),
        Index("ix_reservations_due", "community_id", "shop_id", "state", "due_at"),
        Index("ix_reservations_slot", "community_id", "slot_id", "state"),
    )

    reservation_no: Mapped[int]
    shop_id: Mapped[UUID]
    member_id: Mapped[UUID]
    holder_id: Mapped[UUID]
    booked_by_id: Mapped[UUID | None]
    day_id: Mapped[UUID | None]
    slot_id: Mapped[UUID | None]
    queue_no: Mapped[int | None]
    called_at: Mapped[datetime | None]
    state: Mapped[str]
    turn: Mapped[int]
    code_hash: Mapped[bytes | None]
    placed_at: Mapped[datetime]
    business_on: Mapped[date]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None]
    reason: Mapped[str | None]


class Hold(InCommunity, Base):
    """Units of a product in a reservation, at the price version of that moment (S2).

    What is neither picked up nor released is counted in the product's `reserved` (S1).
    """

    __tablename__ = "holds"
    __table_args__ = (
        references("reservation_id", "reservations"),
        references("product_id", "products"),
        UniqueConstraint("community_id", "reservation_id", "product_id", name="uq_holds_product"),
        UniqueConstraint("community_id", "reservation_id", "number", name="uq_holds_number"),
        CheckConstraint("quantity BETWEEN 1 AND 1000", name="quantity_range"),
        CheckConstraint("price_points BETWEEN 1 AND 1000000", name="price_range"),
        CheckConstraint(
            "picked >= 0 AND released >= 0 AND picked + released <= quantity", name="ends_once"
        ),
        Index("ix_holds_product", "community_id", "product_id", "reservation_id"),
    )

    reservation_id: Mapped[UUID]
    number: Mapped[int]
    product_id: Mapped[UUID]
    quantity: Mapped[int]
    price_points: Mapped[int]
    price_version: Mapped[int]
    limit_taken: Mapped[int | None]
    picked: Mapped[int]
    released: Mapped[int]


class HoldLimit(InCommunity, Base):
    """Kept goods counted towards a limit: whose, and in the window that began on that day.

    What is released gives back to exactly these windows (S3); what is fetched becomes a `LineLimit`.
    """

    __tablename__ = "hold_limits"
    __table_args__ = (
        references("hold_id", "holds"),
        references("limit_id", "purchase_limits"),
        UniqueConstraint("community_id", "hold_id", "limit_id", name="uq_hold_limits_hold"),
        Index("ix_hold_limits_limit", "community_id", "limit_id"),
    )

    hold_id: Mapped[UUID]
    limit_id: Mapped[UUID]
    holder_id: Mapped[UUID]
    window_on: Mapped[date]


class Pickup(InCommunity, Base):
    """An order that handed a reservation's goods over. Append-only; S5: one for each code."""

    __tablename__ = "pickups"
    __table_args__ = (
        references("order_id", "orders"),
        references("reservation_id", "reservations"),
        UniqueConstraint("community_id", "order_id", name="uq_pickups_order"),
        UniqueConstraint("community_id", "reservation_id", "turn", name="uq_pickups_code"),
    )

    order_id: Mapped[UUID]
    reservation_id: Mapped[UUID]
    turn: Mapped[int]
