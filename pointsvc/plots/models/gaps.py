"""Stretches in which nobody came to a plot for longer than its care may wait."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where


class CareGap(InCommunity, Base):
    """A plot was overdue since a day; one open for a plot. Its id is derived from plot and day.

    `cleared_by`: a visit, the weather (a duty waits), a calendar that no longer asks (season's end,
    another interval), or the plot's closing.
    """

    __tablename__ = "care_gaps"
    __table_args__ = (
        references("place_id", "plots", "place_id"),
        one_of("cleared_by", "visit", "weather", "calendar", "closed"),
        at_most("word", 200),
        unique_where("uq_care_gaps_open", "place_id", where="cleared_on IS NULL"),
        Index("ix_care_gaps_place", "community_id", "place_id", "since_on"),
    )

    place_id: Mapped[UUID]
    since_on: Mapped[date]
    raised_at: Mapped[datetime]
    seen_by_id: Mapped[UUID | None]
    seen_at: Mapped[datetime | None]
    word: Mapped[str | None]
    cleared_on: Mapped[date | None]
    cleared_by: Mapped[str | None]
