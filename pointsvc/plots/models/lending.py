"""Corners lent to residents who like gardening (认养), and what a community settles for its plots."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import (
    InCommunity,
    at_most,
    of_community,
    one_of,
    references,
    unique_where,
)

LIVE: str = "state IN ('offered', 'active', 'notice')"


class Adoption(InCommunity, Base):
    """A corner of a plot lent to a resident for a term; one live adoption of a corner.

    The land stays its owner's: `clauses_version` is the text that was agreed to. States: offered,
    active, notice (`notice_on` + `notice_days` is its last day), declined, ended.
    """

    __tablename__ = "adoptions"
    __table_args__ = (
        references("place_id", "plots", "place_id"),
        references("member_id", "members"),
        one_of("state", "offered", "active", "notice", "declined", "ended"),
        at_most("corner", 40),
        at_most("outline", 1000),
        at_most("reason", 200),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("notice_days BETWEEN 0 AND 366", name="notice_days_known"),
        CheckConstraint("state <> 'notice' OR notice_on IS NOT NULL", name="notice_dated"),
        unique_where("uq_adoptions_live", "place_id", "corner", where=LIVE),
        Index("ix_adoptions_place", "community_id", "place_id", "state"),
        Index("ix_adoptions_member", "community_id", "member_id", "state"),
    )

    place_id: Mapped[UUID]
    corner: Mapped[str]
    outline: Mapped[str | None]
    member_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    clauses_version: Mapped[int]
    state: Mapped[str]
    offered_by_id: Mapped[UUID]
    offered_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None]
    notice_days: Mapped[int]
    notice_on: Mapped[date | None]
    notice_by_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    reminded_on: Mapped[date | None]


class PlotSettings(Base):
    """What a community settles for its plots: how far its map reaches, what is handed over.

    One row a community, none where the defaults stand (`rules/outlines`, `rules/handovers`).
    """

    __tablename__ = "plot_settings"
    __table_args__ = (
        of_community(),
        CheckConstraint("width_metres BETWEEN 20 AND 5000", name="width_known"),
        CheckConstraint("height_metres BETWEEN 20 AND 5000", name="height_known"),
        at_most("checklist", 1700),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    width_metres: Mapped[int]
    height_metres: Mapped[int]
    checklist: Mapped[str | None]
