"""What is known of a gift beside its register line: its papers, its donor's page, its purpose."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where


class DonationDetail(Base):
    """A gift's papers: who receives it in law, which receipt it gets, what was agreed.

    A residents' committee is no charity: it acknowledges. An official receipt is a charity's, with
    the charity's own number. `agreement_no`, `promised_on`, `quality`: 慈善法 art. 39.
    """

    __tablename__ = "donation_details"
    __table_args__ = (
        references("donation_id", "donations"),
        one_of("receipt_kind", "acknowledgement", "charity"),
        CheckConstraint(
            "receipt_kind <> 'charity' OR charity_receipt_no IS NOT NULL", name="charity_numbered"
        ),
        at_most("receiving_entity", 80),
        at_most("charity_receipt_no", 60),
        at_most("agreement_no", 60),
        at_most("quality", 120),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    donation_id: Mapped[UUID] = mapped_column(primary_key=True)
    receiving_entity: Mapped[str]
    receipt_kind: Mapped[str]
    charity_receipt_no: Mapped[str | None]
    agreement_no: Mapped[str | None]
    promised_on: Mapped[date | None]
    quality: Mapped[str | None]


class GiftValue(Base):
    """How the value of a gift's line is known; the value itself is the line's `value_fen`."""

    __tablename__ = "gift_values"
    __table_args__ = (
        references("donation_line_id", "donation_lines"),
        one_of("basis", "invoice", "market", "estimate"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    donation_line_id: Mapped[UUID] = mapped_column(primary_key=True)
    basis: Mapped[str]


class DonorCode(InCommunity, Base):
    """The secret address of a gift's donor; one is live, and only the hash of it is stored."""

    __tablename__ = "donor_codes"
    __table_args__ = (
        references("donation_id", "donations"),
        UniqueConstraint("community_id", "secret_hash"),
        unique_where("uq_donor_codes_live", "donation_id", where="revoked_at IS NULL"),
    )

    donation_id: Mapped[UUID]
    secret_hash: Mapped[bytes]
    made_by_id: Mapped[UUID]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class GoodsIssue(InCommunity, Base):
    """Restricted goods handed out for their purpose (专项发放), without points. Append-only.

    `purpose` is the donor's word as it stood then. Its movement has this row as source. Nobody
    issues to themself (L15). A member who got it stands here by id alone; of others how many they are,
    and `recipient` says in words without a name which of them. Rows of before may hold a name.
    """

    __tablename__ = "goods_issues"
    __table_args__ = (
        references("batch_id", "batches"),
        references("product_id", "products"),
        references("recipient_id", "members"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),
        CheckConstraint("issued_by_id <> recipient_id", name="recipient_is_another"),
        at_most("purpose", 200),
        at_most("recipient", 80),
        UniqueConstraint("community_id", "number", name="uq_goods_issues_number"),
        Index("ix_goods_issues_batch", "community_id", "batch_id", "id"),
        Index("ix_goods_issues_product", "community_id", "product_id"),
        Index("ix_goods_issues_recipient", "community_id", "recipient_id"),
    )

    number: Mapped[int]
    batch_id: Mapped[UUID]
    product_id: Mapped[UUID]
    quantity: Mapped[int]
    purpose: Mapped[str]
    recipient: Mapped[str]
    recipient_id: Mapped[UUID | None]
    issued_by_id: Mapped[UUID]
    issued_at: Mapped[datetime]
    business_on: Mapped[date]
    people_count: Mapped[int | None] = mapped_column(
        CheckConstraint("people_count BETWEEN 1 AND 10000", name="people_range")
    )


class PurposeChange(InCommunity, Base):
    """The donor agreed that what is left of a batch serves something else (慈善法 art. 56).

    Append-only, numbered by batch without a gap; no `to_purpose` frees the goods for the counter.
    The batch's restriction is the last one's `to_purpose`.
    """

    __tablename__ = "purpose_changes"
    __table_args__ = (
        references("batch_id", "batches"),
        one_of("consent_way", "letter", "in_person", "phone"),
        CheckConstraint("to_purpose <> from_purpose", name="changes"),
        at_most("from_purpose", 200),
        at_most("to_purpose", 200),
        at_most("consented_by", 80),
        at_most("evidence", 200),
        UniqueConstraint("community_id", "batch_id", "seq", name="uq_purpose_changes_seq"),
    )

    batch_id: Mapped[UUID]
    seq: Mapped[int]
    from_purpose: Mapped[str]
    to_purpose: Mapped[str | None]
    consented_by: Mapped[str]
    consent_way: Mapped[str]
    consented_on: Mapped[date]
    evidence: Mapped[str | None]
    recorded_by_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
