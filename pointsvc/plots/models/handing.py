"""Hand-overs: what goes from one who stops caring for a plot to who goes on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references


class Handover(InCommunity, Base):
    """One for each care that ended; `to_id` stays empty until somebody takes over.

    Done when every line was ticked by both sides, or when the leader says that nothing is left.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        references("place_id", "plots", "place_id"),
        references("assignment_id", "assignments"),
        references("from_id", "members"),
        references("to_id", "members"),
        one_of("state", "open", "done"),
        CheckConstraint("(state = 'done') = (closed_at IS NOT NULL)", name="closed_when_done"),
        UniqueConstraint("community_id", "assignment_id"),
        Index("ix_handovers_place", "community_id", "place_id", "state"),
        Index("ix_handovers_from", "community_id", "from_id", "state"),
        Index("ix_handovers_to", "community_id", "to_id", "state"),
    )

    place_id: Mapped[UUID]
    assignment_id: Mapped[UUID]
    from_id: Mapped[UUID]
    to_id: Mapped[UUID | None]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class HandoverLine(InCommunity, Base):
    """One thing on the list: given by one side, taken by the other, each with who ticked it.

    Its words are those of the community's list on the day when the hand-over began.
    """

    __tablename__ = "handover_lines"
    __table_args__ = (
        references("handover_id", "handovers"),
        at_most("words", 80),
        UniqueConstraint("community_id", "handover_id", "position"),
    )

    handover_id: Mapped[UUID]
    position: Mapped[int]
    words: Mapped[str]
    given_at: Mapped[datetime | None]
    given_by_id: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]
    taken_by_id: Mapped[UUID | None]
