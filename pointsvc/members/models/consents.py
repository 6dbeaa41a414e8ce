"""Consent, per purpose and version."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, one_of, references


class Consent(InCommunity, Base):
    """What a member said to one purpose, by version of its text (PIPL art. 14-16, 23, 31).

    Append-only: the newest row of (member, purpose) counts; `to_collect` marks imported people.
    """

    __tablename__ = "consents"
    __table_args__ = (
        references("member_id", "members"),
        one_of("state", "to_collect", "given", "withdrawn"),
        one_of(
            "purpose", "service", "messages", "publish_name", "guardian", "position", "plot_name"
        ),
        UniqueConstraint("community_id", "member_id", "purpose", "seq", name="uq_consents_seq"),
        Index("ix_consents_member", "community_id", "member_id", "purpose", "seq"),
    )

    member_id: Mapped[UUID]
    purpose: Mapped[str]
    seq: Mapped[int]
    version: Mapped[int]
    state: Mapped[str]
    guardian_name: Mapped[str | None]
    recorded_by_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
