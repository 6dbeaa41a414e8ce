"""The kernel's tables: outcomes of keys, the outbox, counters, leases."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, of_community


class StoredOutcome(Base):
    """What a request with a key led to, once (L9): a result's ids and numbers, or a refusal."""

    __tablename__ = "outcomes"
    __table_args__ = (of_community(), at_most("key", 255))

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    refusal_code: Mapped[str | None]
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class OutboxMessage(InCommunity, Base):
    """A message to a member that leaves after the commit; it holds ids, codes and numbers only."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        of_community(),
        Index("ix_outbox_messages_recipient", "community_id", "recipient_id", "id"),
        Index("ix_outbox_messages_unsent", "community_id", "sent_at", "id"),
    )

    recipient_id: Mapped[UUID]
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Counter(Base):
    """The last human number given in a community (receipts, volunteer numbers)."""

    __tablename__ = "counters"
    __table_args__ = (
        of_community(),
        CheckConstraint("last >= 0", name="last_positive"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class Lease(Base):
    """Who runs a periodic job just now; one row for each job of the whole server.

    Under `<job> done` and `<job> failed` stands who ended it so last; `until` is when.
    """

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
