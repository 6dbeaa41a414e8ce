"""An invoice's date, number and payer as they should have read: a row beside the correction (L3)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, references


class CorrectedHead(InCommunity, Base):
    """The head of an invoice as it should read, and as it read before. Append-only.

    In force with its correction; the newest says how the head reads now. Another date moves no money:
    it stays counted where it was entered.
    """

    __tablename__ = "corrected_heads"
    __table_args__ = (
        references("invoice_id", "corrected_invoices"),
        references("sponsorship_id", "sponsorships"),
        references("sponsorship_was_id", "sponsorships"),
        at_most("invoice_no", 60),
        at_most("invoice_no_was", 60),
        UniqueConstraint("community_id", "invoice_id", name="uq_corrected_heads_invoice"),
        Index("ix_corrected_heads_sponsorship", "community_id", "sponsorship_id"),
        Index("ix_corrected_heads_sponsorship_was", "community_id", "sponsorship_was_id"),
    )

    invoice_id: Mapped[UUID]
    bought_on: Mapped[date]
    bought_on_was: Mapped[date]
    invoice_no: Mapped[str | None]
    invoice_no_was: Mapped[str | None]
    sponsorship_id: Mapped[UUID | None]
    sponsorship_was_id: Mapped[UUID | None]
