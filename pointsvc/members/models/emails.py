"""Addresses that somebody said are theirs, until they have shown it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import references


class EmailProof(Base):
    """Whether a member's address was confirmed by a link that only went there.

    Of the token its hash alone is kept, made when the letter leaves. Until `confirmed_at` nothing else
    is sent to the address; another address begins anew. `asked_count` letters were asked for on `asked_on`.
    """

    __tablename__ = "email_proofs"
    __table_args__ = (
        references("member_id", "members"),
        CheckConstraint("asked_count >= 1", name="asked_floor"),
        CheckConstraint("attempts_count >= 0", name="attempts_floor"),
        CheckConstraint("(token_hash IS NULL) = (expires_at IS NULL)", name="expires"),
        Index("uq_email_proofs_token", "community_id", "token_hash", unique=True),
        Index("ix_email_proofs_due", "community_id", "due_at"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes | None]
    expires_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    attempts_count: Mapped[int]
    asked_on: Mapped[date]
    asked_count: Mapped[int]
    confirmed_at: Mapped[datetime | None]
