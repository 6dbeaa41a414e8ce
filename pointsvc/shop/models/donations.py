"""The donation register (捐赠登记)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, of_community, one_of, references


class Donation(InCommunity, Base):
    """A gift of goods: who (or nobody named), when, who took it in (慈善法 art. 38, 42).

    `is_history` marks rows of an office's old register: dated as there, not in stock. A person's
    name is shown in public only when `is_named` says that they agreed (慈善法 art. 82).
    """

    __tablename__ = "donations"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community_id", "receipt_no", name="uq_donations_receipt_no"),
        one_of("donor_kind", "person", "organisation", "anonymous"),
        CheckConstraint("(donor IS NULL) = (donor_kind = 'anonymous')", name="donor_known"),
        at_most("donor", 80),
        Index("ix_donations_day", "community_id", "received_on", "id"),
    )

    receipt_no: Mapped[int]
    donor: Mapped[str | None]
    donor_kind: Mapped[str]
    is_named: Mapped[bool]
    received_on: Mapped[date]
    handler_id: Mapped[UUID | None]
    is_history: Mapped[bool]
    recorded_at: Mapped[datetime]


class DonationLine(InCommunity, Base):
    """Goods of one kind in a gift; `value_fen` is the whole line's value."""

    __tablename__ = "donation_lines"
    __table_args__ = (
        references("donation_id", "donations"),
        references("product_id", "products"),
        UniqueConstraint("community_id", "donation_id", "number", name="uq_donation_lines_number"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),
        CheckConstraint("value_fen >= 0", name="value_floor"),
        at_most("product_name", 80),
        at_most("pack", 40),
        at_most("restriction", 200),
    )

    donation_id: Mapped[UUID]
    number: Mapped[int]
    product_id: Mapped[UUID | None]
    product_name: Mapped[str]
    pack: Mapped[str]
    quantity: Mapped[int]
    value_fen: Mapped[int | None]
    best_before_on: Mapped[date | None]
    restriction: Mapped[str | None]
