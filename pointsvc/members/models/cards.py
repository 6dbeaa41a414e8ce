"""Printed cards, and the directory of all code numbers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, one_of, references, unique_where


class Card(InCommunity, Base):
    """A printed card. One is live for each member; a revoked one never works again."""

    __tablename__ = "cards"
    __table_args__ = (
        references("member_id", "members"),
        UniqueConstraint("community_id", "serial", name="uq_cards_serial"),
        unique_where("uq_cards_live", "member_id", where="revoked_at IS NULL"),
        UniqueConstraint("community_id", "code_number", name="uq_cards_code_number"),
    )

    member_id: Mapped[UUID]
    serial: Mapped[int]
    code_number: Mapped[int]
    key_id: Mapped[int]
    issued_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None]


class CodeNumber(Base):
    """Whose code a number is, for the whole server: community, kind and subject (docs/checkin.md §2)."""

    __tablename__ = "code_directory"
    __table_args__ = (
        one_of("kind", "card", "sign", "member", "shift"),
        Index("ix_code_directory_subject", "community_id", "subject_id", "kind"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    community_id: Mapped[UUID]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
