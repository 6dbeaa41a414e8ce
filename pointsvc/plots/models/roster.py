"""The roster: who was asked to a duty and what they answered; what people wish of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where


class RosterEntry(InCommunity, Base):
    """A member was asked to come to a duty: a question, never an order (条例 art. 25).

    Live once for (duty, member). `explanation` says why it was they: codes and dates, no words. Who
    comes is known by the sign-ups of the duty's shift alone; a confirmed entry made one.
    """

    __tablename__ = "roster_entries"
    __table_args__ = (
        references("duty_id", "duties"),
        references("member_id", "members"),
        one_of("state", "proposed", "confirmed", "declined", "withdrawn"),
        unique_where(
            "uq_roster_entries_live",
            "duty_id",
            "member_id",
            where="state IN ('proposed', 'confirmed')",
        ),
        Index("ix_roster_entries_duty", "community_id", "duty_id", "state"),
        Index("ix_roster_entries_member", "community_id", "member_id", "state"),
    )

    duty_id: Mapped[UUID]
    member_id: Mapped[UUID]
    state: Mapped[str]
    explanation: Mapped[dict[str, Any]]
    proposed_by_id: Mapped[UUID]
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None]


class CareWish(Base):
    """When somebody can come, what they would rather not do, and for how many hours a week at most.

    `weekdays` has a bit for each day from Monday on, `parts` one for morning, afternoon, evening;
    `avoids` names cares. Only that work should be light is kept, never why (PIPL art. 28).
    """

    __tablename__ = "care_wishes"
    __table_args__ = (
        references("member_id", "members"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_known"),
        CheckConstraint("parts BETWEEN 1 AND 7", name="parts_known"),
        at_most("avoids", 200),
        CheckConstraint("week_hours_max BETWEEN 1 AND 40", name="week_hours_known"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    weekdays: Mapped[int]
    parts: Mapped[int]
    avoids: Mapped[str]
    is_light_only: Mapped[bool]
    week_hours_max: Mapped[int | None]
    changed_by_id: Mapped[UUID]
    changed_at: Mapped[datetime]
