"""Transfers and the chained entries of passbooks. Both are append-only (L3)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, of_community, one_of

TRANSFER_KINDS = (
    "award",
    "service",
    "opening",
    "release",
    "annul",
    "payment",
    "refund",
    "reserve",
    "unreserve",
    "expire",
    "regrant",
    "take_back",
    "owe",
    "settle",
    "donate",
    "merge",
    "adjust",
)
CAP_AMOUNT = 1_000_000


class Transfer(InCommunity, Base):
    """An amount that moved from `debit_account_id` to `credit_account_id`, once and for ever.

    L1: both sides in one row, one community, one unit. L8: (source, effect) is unique.
    L15: kinds that need a second person name two different ones.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        of_community(),
        CheckConstraint(f"amount BETWEEN 1 AND {CAP_AMOUNT}", name="amount_range"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        CheckConstraint("approved_by_id <> recorded_by_id", name="two_persons"),
        CheckConstraint("kind <> 'adjust' OR approved_by_id IS NOT NULL", name="approved"),
        one_of("kind", *TRANSFER_KINDS),
        one_of("unit", "points", "minutes"),
        UniqueConstraint(
            "community_id",
            "source_type",
            "source_id",
            "effect",
            name="uq_transfers_effect",
        ),
        UniqueConstraint("community_id", "id", "amount", name="uq_transfers_amount"),
        ForeignKeyConstraint(
            ["community_id", "debit_account_id", "unit"],
            ["accounts.community_id", "accounts.id", "accounts.unit"],
            name="fk_transfers_debit",
        ),
        ForeignKeyConstraint(
            ["community_id", "credit_account_id", "unit"],
            ["accounts.community_id", "accounts.id", "accounts.unit"],
            name="fk_transfers_credit",
        ),
        ForeignKeyConstraint(
            ["community_id", "corrects_id"],
            ["transfers.community_id", "transfers.id"],
            name="fk_transfers_corrects",
        ),
        Index("ix_transfers_month", "community_id", "business_on", "kind"),
        Index("ix_transfers_corrects", "community_id", "corrects_id"),
    )

    unit: Mapped[str]
    debit_account_id: Mapped[UUID]
    credit_account_id: Mapped[UUID]
    amount: Mapped[int]
    kind: Mapped[str]
    reason: Mapped[str]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    effect: Mapped[str]
    tariff_id: Mapped[UUID | None]
    corrects_id: Mapped[UUID | None]
    recorded_by_id: Mapped[UUID | None]
    approved_by_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    business_on: Mapped[date]


class Entry(Base):
    """One tracked side of a transfer, chained to the entry before it in the passbook (L4).

    The chain holds by constraints alone: no lock, trigger or isolation level is trusted with it.
    """

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint(
            "community_id",
            "passbook_id",
            "seq",
            "spendable_after",
            name="uq_entries_after",
        ),
        UniqueConstraint(
            "community_id",
            "owner_id",
            "seq",
            "account_id",
            "account_after",
            name="uq_entries_account_after",
        ),
        UniqueConstraint("community_id", "transfer_id", "account_id", name="uq_entries_side"),
        CheckConstraint("spendable_after = spendable_before + spendable_delta", name="sum"),
        CheckConstraint("spendable_after >= 0", name="spendable_floor"),
        CheckConstraint("account_after >= 0", name="account_floor"),
        CheckConstraint("delta <> 0", name="moves"),
        CheckConstraint(
            "(seq = 1 AND spendable_before = 0 AND prev_seq IS NULL)"
            " OR (seq > 1 AND prev_seq IS NOT NULL AND prev_seq = seq - 1)",
            name="chained",
        ),
        ForeignKeyConstraint(
            ["community_id", "passbook_id"],
            ["passbooks.community_id", "passbooks.id"],
            name="fk_entries_passbook",
        ),
        ForeignKeyConstraint(
            ["community_id", "transfer_id"],
            ["transfers.community_id", "transfers.id"],
            name="fk_entries_transfer",
        ),
        ForeignKeyConstraint(
            ["community_id", "account_id"],
            ["accounts.community_id", "accounts.id"],
            name="fk_entries_account",
        ),
        ForeignKeyConstraint(
            ["community_id", "passbook_id", "prev_seq", "spendable_before"],
            [
                "entries.community_id",
                "entries.passbook_id",
                "entries.seq",
                "entries.spendable_after",
            ],
            name="fk_entries_chain",
        ),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    passbook_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner_id: Mapped[UUID]
    transfer_id: Mapped[UUID]
    account_id: Mapped[UUID]
    delta: Mapped[int]
    account_after: Mapped[int]
    prev_seq: Mapped[int | None]
    spendable_before: Mapped[int]
    spendable_delta: Mapped[int]
    spendable_after: Mapped[int]
    hash: Mapped[bytes]


class CorrectedTransfer(Base):
    """How much of a transfer has been corrected: L12, never more than the transfer itself."""

    __tablename__ = "corrected_transfers"
    __table_args__ = (
        CheckConstraint("corrected BETWEEN 0 AND amount", name="within_amount"),
        ForeignKeyConstraint(
            ["community_id", "transfer_id", "amount"],
            ["transfers.community_id", "transfers.id", "transfers.amount"],
            name="fk_corrected_transfers_amount",
        ),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    transfer_id: Mapped[UUID] = mapped_column(primary_key=True)
    amount: Mapped[int]
    corrected: Mapped[int]
