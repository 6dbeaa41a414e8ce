"""What a keeper asks of a supervisor about stock: a write-off, a count that differs, a wrong invoice."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.asking import Asking, asked_once
from pointsvc.kernel.tables import InCommunity, one_of, references, unique_where


class StockRequest(InCommunity, Asking, Base):
    """A keeper asks to change what the books say of stock; a supervisor decides once (L15).

    Approving carries it out in the same transaction, on `business_on`; what moves has this row's id as
    its source. One waits for a batch, and one for an invoice, at a time.
    """

    __tablename__ = "stock_requests"
    __table_args__ = (
        references("shop_id", "places"),
        references("batch_id", "batches"),
        references("purchase_id", "purchases"),
        one_of("kind", "waste", "count", "purchase"),
        CheckConstraint("(kind = 'purchase') = (purchase_id IS NOT NULL)", name="invoice_named"),
        CheckConstraint("(kind = 'purchase') = (batch_id IS NULL)", name="batch_named"),
        CheckConstraint("(kind = 'waste') = (quantity IS NOT NULL)", name="quantity_known"),
        CheckConstraint("(kind = 'count') = (expected IS NOT NULL)", name="expected_known"),
        CheckConstraint("(kind = 'count') = (counted IS NOT NULL)", name="counted_known"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),
        CheckConstraint("expected BETWEEN 0 AND 1000000", name="expected_range"),
        CheckConstraint("counted BETWEEN 0 AND 1000000", name="counted_range"),
        CheckConstraint("counted <> expected", name="differs"),
        CheckConstraint("decided_by_id <> asked_by_id", name="two_persons"),
        CheckConstraint("(state = 'approved') = (business_on IS NOT NULL)", name="done_on"),
        *asked_once(),
        unique_where("uq_stock_requests_batch", "batch_id", where="state = 'asked'"),
        unique_where("uq_stock_requests_purchase", "purchase_id", where="state = 'asked'"),
        Index("ix_stock_requests_batch", "community_id", "batch_id", "id"),
        Index("ix_stock_requests_purchase", "community_id", "purchase_id", "id"),
        Index("ix_stock_requests_shop", "community_id", "shop_id"),
        Index("ix_stock_requests_state", "community_id", "state", "id"),
    )

    shop_id: Mapped[UUID]
    kind: Mapped[str]
    batch_id: Mapped[UUID | None]
    quantity: Mapped[int | None]
    expected: Mapped[int | None]
    counted: Mapped[int | None]
    purchase_id: Mapped[UUID | None]
    business_on: Mapped[date | None]
