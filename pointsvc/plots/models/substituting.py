"""Substitutions (替班): who could not come, whom that was asked, and who went in their place."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where
from pointsvc.plots.rules.substituting import CIRCLES, REASONS


class Substitution(InCommunity, Base):
    """Somebody who was signed up cannot come, and a circle of people is asked to go instead.

    Open once for (shift, who left). States: open; taken; vetoed (another one asks again); closed
    (who left comes after all, or the shift is no more). It is no absence, and counts against nobody.
    """

    __tablename__ = "substitutions"
    __table_args__ = (
        references("shift_id", "shifts"),
        references("left_by_id", "members"),
        references("taken_by_id", "members"),
        one_of("reason", *REASONS),
        one_of("circle", *CIRCLES),
        one_of("state", "open", "taken", "vetoed", "closed"),
        at_most("veto_why", 200),
        CheckConstraint(
            "(state IN ('taken', 'vetoed')) = (taken_by_id IS NOT NULL)", name="taken_by_somebody"
        ),
        unique_where("uq_substitutions_open", "shift_id", "left_by_id", where="state = 'open'"),
        Index("ix_substitutions_shift", "community_id", "shift_id", "state"),
        Index("ix_substitutions_left_by", "community_id", "left_by_id", "asked_at"),
        Index("ix_substitutions_taken_by", "community_id", "taken_by_id", "asked_at"),
    )

    shift_id: Mapped[UUID]
    left_by_id: Mapped[UUID]
    reason: Mapped[str]
    circle: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    taken_by_id: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]
    veto_until: Mapped[datetime | None]
    veto_why: Mapped[str | None]
    decided_by_id: Mapped[UUID | None]
    thanked_at: Mapped[datetime | None]
