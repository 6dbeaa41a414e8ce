"""What was done on a plot, as those who did it say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references
from pointsvc.plots.rules.cares import CARES


class CareReport(InCommunity, Base):
    """What was done in a shift: one for each. `version` counts what was written, from 1.

    Minutes are the attendance's and are not here. What an earlier version said is in the audit trail.
    """

    __tablename__ = "care_reports"
    __table_args__ = (
        references("shift_id", "shifts"),
        references("place_id", "plots", "place_id"),
        references("reported_by_id", "members"),
        at_most("tools", 200),
        at_most("note", 500),
        CheckConstraint("version >= 1", name="version_floor"),
        UniqueConstraint("community_id", "shift_id"),
        Index("ix_care_reports_place", "community_id", "place_id", "reported_at"),
        Index("ix_care_reports_reporter", "community_id", "reported_by_id"),
    )

    shift_id: Mapped[UUID]
    place_id: Mapped[UUID]
    tools: Mapped[str | None]
    note: Mapped[str | None]
    version: Mapped[int]
    reported_by_id: Mapped[UUID]
    reported_at: Mapped[datetime]
    amended_by_id: Mapped[UUID | None]
    amended_at: Mapped[datetime | None]


class ReportedCare(Base):
    """One of the things that were done; each once for a report."""

    __tablename__ = "reported_cares"
    __table_args__ = (references("report_id", "care_reports"), one_of("care", *CARES))

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    care: Mapped[str] = mapped_column(primary_key=True)
