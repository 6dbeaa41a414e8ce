"""Requests to be erased, and what came of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, one_of, references, unique_where


class ErasureRequest(InCommunity, Base):
    """A member asks to be erased (PIPL art. 47): waits, is withdrawn, or is done; one waits at a time.

    `due_at` is when it may be done at the earliest. The rows that are done are the list of who was
    erased: after a copy is put back, those are erased again.
    """

    __tablename__ = "erasure_requests"
    __table_args__ = (
        references("member_id", "members"),
        one_of("state", "asked", "withdrawn", "done"),
        one_of("closing", "lapse", "donate"),
        CheckConstraint("(state = 'asked') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended_by"),
        CheckConstraint("due_at >= asked_at", name="due_later"),
        CheckConstraint("state <> 'done' OR ended_at >= due_at", name="waited"),
        unique_where("uq_erasure_requests_waiting", "member_id", where="state = 'asked'"),
        Index("ix_erasure_requests_member", "community_id", "member_id", "id"),
        Index("ix_erasure_requests_state", "community_id", "state", "due_at"),
    )

    member_id: Mapped[UUID]
    state: Mapped[str]
    closing: Mapped[str]
    asked_by_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_by_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
