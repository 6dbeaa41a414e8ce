"""The part that requests of every kind share: somebody asks, another person answers, once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from pointsvc.kernel.tables import at_most, one_of


class Asking:
    """Columns of what is asked: by whom and until when, and how it ended."""

    reason: Mapped[str]
    asked_by_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str]
    decided_by_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str | None]


def asked_once() -> tuple[CheckConstraint, ...]:
    """It waits or has ended; who asks never decides (L15)."""
    return (
        one_of("state", "asked", "approved", "declined", "withdrawn", "expired"),
        CheckConstraint(
            "(state IN ('approved', 'declined')) = (decided_by_id IS NOT NULL)", name="decided_by"
        ),
        CheckConstraint("(state = 'asked') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("expires_at > asked_at", name="expires_later"),
        at_most("reason", 200),
        at_most("answer", 200),
    )
