"""Accounts and passbooks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, of_community, one_of

MEMBER_KINDS = ("wallet", "review", "reserved", "receivable", "minutes")
COMMUNITY_KINDS = (
    "issuance",
    "opening",
    "shop",
    "expired",
    "donated",
    "receivable_contra",
    "service",
)
ACCOUNT_KINDS = MEMBER_KINDS + COMMUNITY_KINDS


class Passbook(InCommunity, Base):
    """A person's book in one unit: the chain of entries runs over it. Locked first.

    L6: (head_seq, spendable) are those of the last entry, by foreign key. The id is derived from
    owner and unit, so that two writers who open it at once open the same one.
    """

    __tablename__ = "passbooks"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community_id", "owner_id", "unit", name="uq_passbooks_owner"),
        one_of("unit", "points", "minutes"),
        CheckConstraint("spendable >= 0", name="spendable_floor"),
        CheckConstraint("(head_seq = 0) = (head_ref IS NULL)", name="head_or_empty"),
        CheckConstraint("head_ref IS NULL OR head_ref = head_seq", name="head_is_seq"),
        CheckConstraint("head_seq > 0 OR spendable = 0", name="empty_is_zero"),
        ForeignKeyConstraint(
            ["community_id", "id", "head_ref", "spendable"],
            [
                "entries.community_id",
                "entries.passbook_id",
                "entries.seq",
                "entries.spendable_after",
            ],
            name="fk_passbooks_head",
            use_alter=True,
        ),
    )

    owner_id: Mapped[UUID]
    unit: Mapped[str]
    head_seq: Mapped[int]
    head_ref: Mapped[int | None]
    spendable: Mapped[int]
    head_hash: Mapped[bytes]


class Account(InCommunity, Base):
    """One side of transfers: a member's (tracked, never negative) or the community's (summed).

    `expires_on` is the last usable day of wallet, review and reserved accounts; 9999-12-31 is never
    and the value of all other kinds. L6: a tracked balance is its last entry's, by foreign key.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        of_community(),
        UniqueConstraint(
            "community_id",
            "owner_id",
            "kind",
            "unit",
            "expires_on",
            name="uq_accounts_natural",
        ),
        UniqueConstraint("community_id", "id", "unit", name="uq_accounts_unit"),
        one_of("kind", *ACCOUNT_KINDS),
        one_of("unit", "points", "minutes"),
        one_of("owner_kind", "member", "household", "community"),
        CheckConstraint("(owner_kind = 'community') = (balance IS NULL)", name="tracked_by_owner"),
        CheckConstraint("balance >= 0", name="balance_floor"),
        CheckConstraint("balance = 0 OR last_seq IS NOT NULL", name="balance_has_entry"),
        ForeignKeyConstraint(
            ["community_id", "owner_id", "last_seq", "id", "balance"],
            [
                "entries.community_id",
                "entries.owner_id",
                "entries.seq",
                "entries.account_id",
                "entries.account_after",
            ],
            name="fk_accounts_last_entry",
            use_alter=True,
        ),
        Index("ix_accounts_owner", "community_id", "owner_id", "kind", "expires_on"),
        Index("ix_accounts_expiry", "community_id", "kind", "expires_on", "id"),
    )

    owner_kind: Mapped[str]
    owner_id: Mapped[UUID]
    kind: Mapped[str]
    unit: Mapped[str]
    expires_on: Mapped[date]
    balance: Mapped[int | None]
    last_seq: Mapped[int | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
