"""Duty plots (责任田) and who cares for them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where
from pointsvc.plots.rules.owners import OWNERS


class Plot(Base):
    """What is known of a place of kind plot.

    `planting` lists its species; `outline` its corners on the community's map (`rules/outlines`).
    """

    __tablename__ = "plots"
    __table_args__ = (
        references("place_id", "places"),
        one_of("owner_kind", *OWNERS),
        at_most("buildings", 120),
        at_most("sign_text", 120),
        at_most("owner_name", 80),
        at_most("outline", 1000),
        CheckConstraint("area_m2 > 0", name="area_positive"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    place_id: Mapped[UUID] = mapped_column(primary_key=True)
    area_m2: Mapped[int | None]
    planting: Mapped[str | None]
    care: Mapped[str | None]
    buildings: Mapped[str | None]
    sign_text: Mapped[str | None]
    owner_kind: Mapped[str | None]
    owner_name: Mapped[str | None]
    outline: Mapped[str | None]


class Assignment(InCommunity, Base):
    """A member was asked to care for a plot; nobody is assigned by force (条例 art. 25).

    Live once for (plot, member). `wish` and `wish_on` are what they said when they asked for something
    else. `spoken_to_id` is the leader who wrote down a spoken yes that the person has not confirmed;
    `renewal_ends_on` until when they are asked to go on.
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
    wish_on: Mapped[date | None]
    spoken_to_id: Mapped[UUID | None]
    renewal_ends_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
