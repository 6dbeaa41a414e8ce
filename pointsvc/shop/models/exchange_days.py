"""Exchange days (兑换日): when and where, what is shared out, who wished for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where


class ExchangeDay(InCommunity, Base):
    """A window of a shop: wishes until they close, a draw, slots to fetch, then what is left is free.

    The draw is committed to: `seed_hash` is shown from the start, `seed` from the draw on. `spoken`
    are words said aloud at the draw, which go into it, so that nobody who knew the seed gains.
    """

    __tablename__ = "exchange_days"
    __table_args__ = (
        references("shop_id", "places"),
        one_of("state", "open", "drawn", "over", "cancelled"),
        CheckConstraint("wishes_open_at < wishes_close_at", name="wishes_in_order"),
        CheckConstraint("state <> 'drawn' OR drawn_at IS NOT NULL", name="drawn_when"),
        CheckConstraint("(state IN ('over', 'cancelled')) = (ended_at IS NOT NULL)", name="ended"),
        at_most("title", 60),
        at_most("spoken", 60),
        Index("ix_exchange_days_shop", "community_id", "shop_id", "wishes_close_at"),
        Index("ix_exchange_days_state", "community_id", "state", "wishes_close_at"),
    )

    shop_id: Mapped[UUID]
    title: Mapped[str]
    state: Mapped[str]
    wishes_open_at: Mapped[datetime]
    wishes_close_at: Mapped[datetime]
    seed: Mapped[bytes]
    seed_hash: Mapped[bytes]
    spoken: Mapped[str | None]
    planned_by_id: Mapped[UUID | None]
    planned_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ExchangeSlot(InCommunity, Base):
    """When and where some people fetch their goods; a make-up slot (补兑) comes after the others."""

    __tablename__ = "exchange_slots"
    __table_args__ = (
        references("day_id", "exchange_days"),
        UniqueConstraint("community_id", "day_id", "number", name="uq_exchange_slots_number"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
        CheckConstraint("seats BETWEEN 1 AND 10000", name="seats_range"),
        at_most("spot", 60),
    )

    day_id: Mapped[UUID]
    number: Mapped[int]
    spot: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seats: Mapped[int]
    is_makeup: Mapped[bool]


class ExchangeGood(InCommunity, Base):
    """A product that the day shares out, one to a household. `pool` units wait for an owner.

    They are counted in the product's `reserved` from the moment the day is planned (S1).
    """

    __tablename__ = "exchange_goods"
    __table_args__ = (
        references("day_id", "exchange_days"),
        references("product_id", "products"),
        UniqueConstraint("community_id", "day_id", "product_id", name="uq_exchange_goods_product"),
        CheckConstraint("units BETWEEN 1 AND 10000", name="units_range"),
        CheckConstraint("pool BETWEEN 0 AND units", name="pool_within"),
        Index("ix_exchange_goods_product", "community_id", "product_id"),
    )

    day_id: Mapped[UUID]
    product_id: Mapped[UUID]
    units: Mapped[int]
    pool: Mapped[int]


class Wish(InCommunity, Base):
    """A household wishes for one unit of a good; `ticket` is its number in the draw.

    `place` is its turn for the good once drawn; `had_nothing` that it wished last time and got none.
    """

    __tablename__ = "exchange_wishes"
    __table_args__ = (
        references("day_id", "exchange_days"),
        references("slot_id", "exchange_slots"),
        references("product_id", "products"),
        references("member_id", "members"),
        references("reservation_id", "reservations"),
        UniqueConstraint("community_id", "day_id", "ticket", name="uq_exchange_wishes_ticket"),
        unique_where(
            "uq_exchange_wishes_household",
            "day_id",
            "product_id",
            "holder_id",
            where="state <> 'withdrawn'",
        ),
        unique_where(
            "uq_exchange_wishes_place", "day_id", "product_id", "place", where="place IS NOT NULL"
        ),
        one_of("state", "wished", "waiting", "given", "passed", "lost", "withdrawn"),
        CheckConstraint("(state = 'given') = (reservation_id IS NOT NULL)", name="given"),
        Index("ix_exchange_wishes_member", "community_id", "member_id", "day_id"),
        Index("ix_exchange_wishes_reservation", "community_id", "reservation_id"),
        Index("ix_exchange_wishes_holder", "community_id", "holder_id", "day_id"),
        Index("ix_exchange_wishes_slot", "community_id", "slot_id"),
        Index("ix_exchange_wishes_product", "community_id", "product_id"),
    )

    day_id: Mapped[UUID]
    product_id: Mapped[UUID]
    slot_id: Mapped[UUID]
    member_id: Mapped[UUID]
    holder_id: Mapped[UUID]
    ticket: Mapped[int]
    had_nothing: Mapped[bool]
    place: Mapped[int | None]
    state: Mapped[str]
    reservation_id: Mapped[UUID | None]
    wished_at: Mapped[datetime]
    wished_by_id: Mapped[UUID]
