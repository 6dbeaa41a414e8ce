"""Batches and the movements of stock."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references


class Batch(InCommunity, Base):
    """Units of a product that came together. S6: past `best_before_on` nothing leaves but to waste.

    `best_before_on` (保质期) is the last day over the counter; past `use_by_on` (最后食用), or past it
    where there is none, what is left is taken to waste by itself.
    A `restriction` is the donor's word on whom it is for; such a batch is not sold at the counter.
    `supplier` is kept for bought goods (食品安全法 art. 53).
    """

    __tablename__ = "batches"
    __table_args__ = (
        references("product_id", "products"),
        CheckConstraint("on_hand >= 0", name="on_hand_floor"),
        CheckConstraint("use_by_on >= best_before_on", name="use_by_later"),
        at_most("restriction", 200),
        at_most("supplier", 120),
        Index("ix_batches_product", "community_id", "product_id", "best_before_on", "id"),
    )

    product_id: Mapped[UUID]
    best_before_on: Mapped[date | None]
    use_by_on: Mapped[date | None]
    restriction: Mapped[str | None]
    donation_line_id: Mapped[UUID | None]
    supplier: Mapped[str | None]
    received_on: Mapped[date]
    on_hand: Mapped[int]


class StockTake(InCommunity, Base):
    """A batch was counted (盘点). Append-only. A difference has a second person (L15).

    `expected` is what the books said when it was counted. A difference has its movement, whose
    source is this row; a count that agrees moves nothing and is one person's word.
    """

    __tablename__ = "stock_takes"
    __table_args__ = (
        references("batch_id", "batches"),
        references("product_id", "products"),
        CheckConstraint("expected >= 0", name="expected_floor"),
        CheckConstraint("counted >= 0", name="counted_floor"),
        CheckConstraint(
            "counted = expected OR approved_by_id IS NOT NULL", name="difference_approved"
        ),
        CheckConstraint("approved_by_id <> counted_by_id", name="two_persons"),
        Index("ix_stock_takes_product", "community_id", "product_id", "id"),
        Index("ix_stock_takes_batch", "community_id", "batch_id", "id"),
    )

    batch_id: Mapped[UUID]
    product_id: Mapped[UUID]
    expected: Mapped[int]
    counted: Mapped[int]
    counted_by_id: Mapped[UUID]
    approved_by_id: Mapped[UUID | None]
    counted_at: Mapped[datetime]
    business_on: Mapped[date]


class StockMovement(InCommunity, Base):
    """Units that came to or left a batch. Append-only; S1: on hand is the sum of these.

    One movement for (source, effect): a line that moved stock twice is refused (S4). A corrected
    count has a second person, and a second person is another one (L15).
    """

    __tablename__ = "stock_movements"
    __table_args__ = (
        references("batch_id", "batches"),
        references("product_id", "products"),
        one_of(
            "kind",
            "donation",
            "purchase",
            "order",
            "refund",
            "waste",
            "count",
            "transfer",
            "issue",
        ),
        UniqueConstraint(
            "community_id", "source_type", "source_id", "effect", name="uq_stock_movements_effect"
        ),
        CheckConstraint("delta <> 0", name="moves"),
        CheckConstraint("batch_after >= 0", name="batch_floor"),
        CheckConstraint("product_after >= 0", name="product_floor"),
        CheckConstraint("approved_by_id <> moved_by_id", name="two_persons"),
        CheckConstraint("kind <> 'count' OR approved_by_id IS NOT NULL", name="count_approved"),
        Index("ix_stock_movements_product", "community_id", "product_id", "id"),
        Index("ix_stock_movements_batch", "community_id", "batch_id", "id"),
        Index("ix_stock_movements_day", "community_id", "business_on"),
    )

    batch_id: Mapped[UUID]
    product_id: Mapped[UUID]
    kind: Mapped[str]
    delta: Mapped[int]
    batch_after: Mapped[int]
    product_after: Mapped[int]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    effect: Mapped[str]
    reason: Mapped[str | None]
    moved_by_id: Mapped[UUID | None]
    approved_by_id: Mapped[UUID | None]
    moved_at: Mapped[datetime]
    business_on: Mapped[date]


class StockTransfer(InCommunity, Base):
    """Units that went from a shop's batch to another shop's (调拨). Append-only.

    The new batch has the dates, the donor and the restriction of the old one; both movements have
    this row as their source and were written with it.
    """

    __tablename__ = "stock_transfers"
    __table_args__ = (
        references("from_batch_id", "batches"),
        references("to_batch_id", "batches"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),
        CheckConstraint("from_batch_id <> to_batch_id", name="two_batches"),
        at_most("reason", 200),
        Index("ix_stock_transfers_from", "community_id", "from_batch_id"),
        Index("ix_stock_transfers_to", "community_id", "to_batch_id"),
    )

    from_batch_id: Mapped[UUID]
    to_batch_id: Mapped[UUID]
    quantity: Mapped[int]
    reason: Mapped[str | None]
    moved_by_id: Mapped[UUID]
    moved_at: Mapped[datetime]
    business_on: Mapped[date]


class StockWarning(InCommunity, Base):
    """The keepers were told that a batch has so few days left; once for each of 30 and 7."""

    __tablename__ = "stock_warnings"
    __table_args__ = (
        references("batch_id", "batches"),
        UniqueConstraint("community_id", "batch_id", "days", name="uq_stock_warnings_batch"),
        CheckConstraint("days IN (7, 30)", name="days_known"),
    )

    batch_id: Mapped[UUID]
    days: Mapped[int]
    told_at: Mapped[datetime]
