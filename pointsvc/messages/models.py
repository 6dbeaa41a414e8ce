"""What leaves the house."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references
from pointsvc.messages.rules import CHANNELS


class Delivery(InCommunity, Base):
    """One message through one channel, once; the id is what the receiver knows it by.

    States: waiting; sending (held by a runner until `due_at`); sent; dead (tried often enough, or
    refused for good); dropped (no longer wished, or no address). `fault` is a code, never a text of
    somebody's server.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        references("message_id", "outbox_messages"),
        one_of("channel", *CHANNELS),
        one_of("state", "waiting", "sending", "sent", "dead", "dropped"),
        CheckConstraint("attempts_count >= 0", name="attempts_floor"),
        CheckConstraint("(state = 'sending') = (holder IS NOT NULL)", name="held"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        at_most("fault", 40),
        UniqueConstraint("community_id", "message_id", "channel"),
        Index("ix_deliveries_due", "community_id", "state", "due_at"),
    )

    message_id: Mapped[UUID]
    channel: Mapped[str]
    state: Mapped[str]
    attempts_count: Mapped[int]
    due_at: Mapped[datetime]
    holder: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None]
