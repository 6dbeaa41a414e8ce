"""What an invoice should have said: rows beside it, since nothing that was recorded is edited (L3)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, references
from pointsvc.shop.models.money import FEN_MAX


class CorrectedInvoice(InCommunity, Base):
    """An invoice as it should read, and as it read before (采购更正). Append-only.

    In force once its request is approved; the newest of these is what the invoice says now. Money and
    units that differ count on the day of the approval, so that no closed month changes.
    """

    __tablename__ = "corrected_invoices"
    __table_args__ = (
        references("request_id", "stock_requests"),
        references("purchase_id", "purchases"),
        references("supplier_id", "suppliers"),
        references("supplier_was_id", "suppliers"),
        CheckConstraint(f"total_fen BETWEEN 0 AND {FEN_MAX}", name="total_range"),
        CheckConstraint(f"total_was_fen BETWEEN 0 AND {FEN_MAX}", name="total_was_range"),
        UniqueConstraint("community_id", "request_id", name="uq_corrected_invoices_request"),
        Index("ix_corrected_invoices_purchase", "community_id", "purchase_id", "id"),
        Index("ix_corrected_invoices_supplier", "community_id", "supplier_id"),
        Index("ix_corrected_invoices_supplier_was", "community_id", "supplier_was_id"),
    )

    request_id: Mapped[UUID]
    purchase_id: Mapped[UUID]
    supplier_id: Mapped[UUID]
    supplier_was_id: Mapped[UUID]
    total_fen: Mapped[int]
    total_was_fen: Mapped[int]


class CorrectedLine(InCommunity, Base):
    """A line of an invoice as it should read, and as it read before. Append-only.

    No units: the goods were never there, or the line was entered twice.
    """

    __tablename__ = "corrected_lines"
    __table_args__ = (
        references("invoice_id", "corrected_invoices"),
        references("line_id", "purchase_lines"),
        CheckConstraint("quantity BETWEEN 0 AND 1000000", name="quantity_range"),
        CheckConstraint("quantity_was BETWEEN 0 AND 1000000", name="quantity_was_range"),
        CheckConstraint(f"price_fen BETWEEN 0 AND {FEN_MAX}", name="price_range"),
        CheckConstraint(f"price_was_fen BETWEEN 0 AND {FEN_MAX}", name="price_was_range"),
        UniqueConstraint(
            "community_id",
            "invoice_id",
            "line_id",
            name="uq_corrected_lines_line",
        ),
        Index("ix_corrected_lines_line", "community_id", "line_id"),
    )

    invoice_id: Mapped[UUID]
    line_id: Mapped[UUID]
    quantity: Mapped[int]
    quantity_was: Mapped[int]
    price_fen: Mapped[int]
    price_was_fen: Mapped[int]
