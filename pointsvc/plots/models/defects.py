"""What is broken on a plot, and how it goes on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references
from pointsvc.plots.rules.mending import DEFECT_KINDS, DEFECT_STATES


class Defect(InCommunity, Base):
    """Something found broken on a plot; `state` is that of its newest step. `number` is for people."""

    __tablename__ = "defects"
    __table_args__ = (
        references("place_id", "plots", "place_id"),
        references("reported_by_id", "members"),
        one_of("kind", *DEFECT_KINDS),
        one_of("state", *DEFECT_STATES),
        at_most("spot", 80),
        at_most("text", 500),
        at_most("passed_to", 80),
        CheckConstraint("(state = 'passed_on') <= (passed_to IS NOT NULL)", name="passed_to_known"),
        UniqueConstraint("community_id", "number"),
        Index("ix_defects_place", "community_id", "place_id", "state"),
        Index("ix_defects_state", "community_id", "state", "reported_at"),
        Index("ix_defects_reporter", "community_id", "reported_by_id"),
    )

    number: Mapped[int]
    place_id: Mapped[UUID]
    kind: Mapped[str]
    spot: Mapped[str | None]
    text: Mapped[str]
    state: Mapped[str]
    passed_to: Mapped[str | None]
    reported_by_id: Mapped[UUID]
    reported_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DefectStep(InCommunity, Base):
    """A step of a defect: what it became, with whose word. Append-only, numbered without a gap."""

    __tablename__ = "defect_steps"
    __table_args__ = (
        references("defect_id", "defects"),
        one_of("state", *DEFECT_STATES),
        at_most("word", 200),
        at_most("passed_to", 80),
        UniqueConstraint("community_id", "defect_id", "seq", name="uq_defect_steps_seq"),
    )

    defect_id: Mapped[UUID]
    seq: Mapped[int]
    state: Mapped[str]
    word: Mapped[str | None]
    passed_to: Mapped[str | None]
    taken_by_id: Mapped[UUID]
    taken_at: Mapped[datetime]


class DefectEcho(Base):
    """Somebody else has seen the same (我也看到了), once each; they are told like the reporter."""

    __tablename__ = "defect_echoes"
    __table_args__ = (
        references("defect_id", "defects"),
        references("member_id", "members"),
        Index("ix_defect_echoes_member", "community_id", "member_id"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    defect_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    echoed_at: Mapped[datetime]
