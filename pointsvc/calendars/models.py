"""Addresses of calendars."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, references, unique_where


class CalendarFeed(InCommunity, Base):
    """An address that a member gave to a phone: of their own days, or of a plot that they lead.

    One of each is live; only the hash of its secret is stored.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        references("member_id", "members"),
        references("place_id", "places"),
        UniqueConstraint("community_id", "secret_hash"),
        unique_where(
            "uq_calendar_feeds_own",
            "member_id",
            where="revoked_at IS NULL AND place_id IS NULL",
        ),
        unique_where(
            "uq_calendar_feeds_plot",
            "member_id",
            "place_id",
            where="revoked_at IS NULL AND place_id IS NOT NULL",
        ),
    )

    member_id: Mapped[UUID]
    place_id: Mapped[UUID | None]
    secret_hash: Mapped[bytes]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
