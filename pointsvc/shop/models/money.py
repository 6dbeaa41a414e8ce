"""The money side of the shop: suppliers, purchases, sponsors' budgets. Sums are whole fen."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import (
    InCommunity,
    at_most,
    of_community,
    one_of,
    references,
    unique_where,
)

FEN_MAX: int = 10_000_000_000


class Supplier(InCommunity, Base):
    """Where goods are bought (供应商): name, address, contact (食品安全法 art. 53)."""

    __tablename__ = "suppliers"
    __table_args__ = (
        of_community(),
        at_most("name", 80),
        at_most("address", 120),
        at_most("contact", 80),
        UniqueConstraint("community_id", "name", name="uq_suppliers_name"),
    )

    name: Mapped[str]
    address: Mapped[str]
    contact: Mapped[str]
    created_at: Mapped[datetime]


class Sponsorship(InCommunity, Base):
    """Money given for the shop (赞助); `spent_fen`, the sum of its purchases, never passes it.

    No points for gifts of money. A person's name is public only where they agreed.
    """

    __tablename__ = "sponsorships"
    __table_args__ = (
        of_community(),
        one_of("sponsor_kind", "person", "organisation", "anonymous"),
        CheckConstraint("(sponsor IS NULL) = (sponsor_kind = 'anonymous')", name="sponsor_known"),
        CheckConstraint(f"amount_fen BETWEEN 1 AND {FEN_MAX}", name="amount_range"),
        CheckConstraint("spent_fen BETWEEN 0 AND amount_fen", name="spent_within"),
        at_most("sponsor", 80),
        at_most("purpose", 200),
        at_most("evidence", 80),
        Index("ix_sponsorships_day", "community_id", "received_on", "id"),
    )

    sponsor: Mapped[str | None]
    sponsor_kind: Mapped[str]
    is_named: Mapped[bool]
    purpose: Mapped[str | None]
    evidence: Mapped[str | None]
    amount_fen: Mapped[int]
    spent_fen: Mapped[int]
    received_on: Mapped[date]
    recorded_by_id: Mapped[UUID]
    recorded_at: Mapped[datetime]


class Purchase(InCommunity, Base):
    """Goods bought on one invoice (采购). Append-only; `total_fen` is the sum of its lines.

    One invoice of a supplier comes once. `sponsorship_id`: whose money paid.
    """

    __tablename__ = "purchases"
    __table_args__ = (
        references("shop_id", "places"),
        references("supplier_id", "suppliers"),
        references("sponsorship_id", "sponsorships"),
        CheckConstraint(f"total_fen BETWEEN 0 AND {FEN_MAX}", name="total_range"),
        at_most("invoice_no", 60),
        UniqueConstraint("community_id", "number", name="uq_purchases_number"),
        unique_where(
            "uq_purchases_invoice", "supplier_id", "invoice_no", where="invoice_no IS NOT NULL"
        ),
        Index("ix_purchases_supplier", "community_id", "supplier_id"),
        Index("ix_purchases_sponsorship", "community_id", "sponsorship_id"),
        Index("ix_purchases_day", "community_id", "bought_on", "id"),
        Index("ix_purchases_shop", "community_id", "shop_id"),
    )

    number: Mapped[int]
    shop_id: Mapped[UUID]
    supplier_id: Mapped[UUID]
    sponsorship_id: Mapped[UUID | None]
    invoice_no: Mapped[str | None]
    bought_on: Mapped[date]
    total_fen: Mapped[int]
    bought_by_id: Mapped[UUID]
    recorded_at: Mapped[datetime]


class PurchaseLine(InCommunity, Base):
    """Goods of one kind on an invoice, as 食品安全法 art. 53 wants them. Append-only.

    `price_fen` is the whole line's. The batch that it brought has its movement from this row.
    """

    __tablename__ = "purchase_lines"
    __table_args__ = (
        references("purchase_id", "purchases"),
        references("product_id", "products"),
        references("batch_id", "batches"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),
        CheckConstraint(f"price_fen BETWEEN 0 AND {FEN_MAX}", name="price_range"),
        at_most("product_name", 80),
        at_most("pack", 40),
        at_most("batch_no", 40),
        UniqueConstraint("community_id", "purchase_id", "number", name="uq_purchase_lines_number"),
        UniqueConstraint("community_id", "batch_id", name="uq_purchase_lines_batch"),
        Index("ix_purchase_lines_product", "community_id", "product_id"),
    )

    purchase_id: Mapped[UUID]
    number: Mapped[int]
    product_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    product_name: Mapped[str]
    pack: Mapped[str]
    quantity: Mapped[int]
    price_fen: Mapped[int]
    batch_no: Mapped[str | None]
    produced_on: Mapped[date | None]
    best_before_on: Mapped[date | None]
