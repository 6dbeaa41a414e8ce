"""Calendars of many plots that are made in one go, step by step."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, of_community, one_of, references

RUN_STATES: Final = ("looking", "looked", "writing", "written", "stopped", "dropped")
PART_STATES: Final = ("waiting", "looked", "written", "without_leader", "without_plans")


class CalendarRun(InCommunity, Base):
    """The calendars of some plots until a day: first looked at, then written, when somebody says so.

    States: looking, looked (somebody has to say yes), writing, written; stopped (something broke, can
    be gone on with); dropped (not wanted after all). How far it is, its parts say.
    """

    __tablename__ = "calendar_runs"
    __table_args__ = (
        of_community(),
        one_of("state", *RUN_STATES),
        CheckConstraint(
            "(finished_at IS NOT NULL) = (state IN ('written', 'dropped'))", name="finished"
        ),
        Index("ix_calendar_runs_created", "community_id", "created_at"),
        Index("ix_calendar_runs_state", "community_id", "state"),
    )

    until_on: Mapped[date]
    state: Mapped[str]
    created_by_id: Mapped[UUID]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CalendarRunPart(Base):
    """One plot of a run: what would be done there, and once it is written, what was."""

    __tablename__ = "calendar_run_parts"
    __table_args__ = (
        references("run_id", "calendar_runs"),
        references("place_id", "places"),
        one_of("state", *PART_STATES),
        Index("ix_calendar_run_parts_place", "community_id", "place_id"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    place_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
    state: Mapped[str]
    new_count: Mapped[int]
    changed_count: Mapped[int]
    withdrawn_count: Mapped[int]
    joined_count: Mapped[int]
    kept_count: Mapped[int]
