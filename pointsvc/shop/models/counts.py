"""The stock-take of a shop (盘点): two people count blind, a third approves what differs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where


class StockCount(InCommunity, Base):
    """One stock-take. States: open (two count), agreed (waits for the supervisor), approved, dropped.

    L15: three different people. One at a time in a shop. `round` grows each time something has to be
    counted again.
    """

    __tablename__ = "stock_counts"
    __table_args__ = (
        references("shop_id", "places"),
        one_of("state", "open", "agreed", "approved", "dropped"),
        CheckConstraint("first_id <> second_id", name="two_counters"),
        CheckConstraint("decided_by_id <> first_id", name="not_by_the_first"),
        CheckConstraint("decided_by_id <> second_id", name="not_by_the_second"),
        CheckConstraint(
            "state <> 'approved' OR (second_id IS NOT NULL AND decided_by_id IS NOT NULL)",
            name="approved_by_a_third",
        ),
        CheckConstraint("round >= 1", name="round_floor"),
        at_most("reason", 200),
        unique_where("uq_stock_counts_running", "shop_id", where="state IN ('open', 'agreed')"),
        Index("ix_stock_counts_shop", "community_id", "shop_id", "id"),
    )

    shop_id: Mapped[UUID]
    state: Mapped[str]
    round: Mapped[int]
    first_id: Mapped[UUID]
    second_id: Mapped[UUID | None]
    first_done_at: Mapped[datetime | None]
    second_done_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class StockCountEntry(InCommunity, Base):
    """What one person counted of a product. Append-only; the latest of a person counts.

    `books` is what the books said at that moment. What two people found is compared as differences
    from it, so that goods sold between them, and since, stay sold (case 36).
    """

    __tablename__ = "stock_count_entries"
    __table_args__ = (
        references("count_id", "stock_counts"),
        references("product_id", "products"),
        CheckConstraint("counted BETWEEN 0 AND 1000000", name="counted_range"),
        CheckConstraint("books >= 0", name="books_floor"),
        Index("ix_stock_count_entries_count", "community_id", "count_id", "id"),
        Index("ix_stock_count_entries_product", "community_id", "product_id"),
    )

    count_id: Mapped[UUID]
    product_id: Mapped[UUID]
    counted_by_id: Mapped[UUID]
    round: Mapped[int]
    counted: Mapped[int]
    books: Mapped[int]
    counted_at: Mapped[datetime]
