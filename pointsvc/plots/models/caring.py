"""Duty plots (责任田) and who cares for them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where


class Plot(Base):
    """What is known of a place of kind plot."""

    __tablename__ = "plots"
    __table_args__ = (
        references("place_id", "places"),
        CheckConstraint("area_m2 > 0", name="area_positive"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    place_id: Mapped[UUID] = mapped_column(primary_key=True)
    area_m2: Mapped[int | None]
    planting: Mapped[str | None]
    care: Mapped[str | None]


class Assignment(InCommunity, Base):
    """A member was asked to care for a plot; nobody is assigned by force (条例 art. 25).

    Live once for (plot, member). `wish` is what they said when they asked for something else.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        references("place_id", "plots", "place_id"),
        references("member_id", "members"),
        one_of("state", "proposed", "accepted", "declined", "ended"),
        at_most("wish", 200),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        unique_where(
            "uq_assignments_live",
            "place_id",
            "member_id",
            where="state IN ('proposed', 'accepted')",
        ),
        Index("ix_assignments_member", "community_id", "member_id", "state"),
    )

    place_id: Mapped[UUID]
    member_id: Mapped[UUID]
    state: Mapped[str]
    proposed_by_id: Mapped[UUID | None]
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    is_substitute: Mapped[bool | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    wish: Mapped[str | None]
    decided_by_id: Mapped[UUID | None]
