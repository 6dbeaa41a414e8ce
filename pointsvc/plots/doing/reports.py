"""Reading care reports: of a shift, of a plot's last weeks; what a report would begin with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Attendance
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import derived_id
from pointsvc.plots.models import CarePlan, CareReport, Duty, ReportedCare

LIST_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What was done in a shift; `version` is how often it was written."""

    id: UUID
    shift_id: UUID
    place_id: UUID
    tools: str | None
    note: str | None
    version: int
    reported_by_id: UUID
    reported_at: datetime
    amended_by_id: UUID | None
    amended_at: datetime | None
    cares: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToReport:
    """A shift in which one was counted and of which nothing is written yet."""

    shift_id: UUID
    place_id: UUID
    starts_at: datetime


def report_id_of(community_id: UUID, shift_id: UUID) -> UUID:
    """The one report of a shift, whoever writes it."""
    return derived_id("care-report", community_id, shift_id)


def find_report(community_id: UUID, shift_id: UUID) -> ReportFacts | None:
    """The shift's report, if there is one."""
    return reports_of(community_id, [shift_id]).get(shift_id)


def reports_of(community_id: UUID, shift_ids: Collection[UUID]) -> dict[UUID, ReportFacts]:
    """The reports of these shifts, by shift."""
    found = _reports(community_id, CareReport.shift_id.in_(shift_ids))
    return {each.shift_id: each for each in found}


def reports_at(community_id: UUID, place_ids: Collection[UUID], limit: int) -> list[ReportFacts]:
    """What was done last on these plots, newest first."""
    return _reports(community_id, CareReport.place_id.in_(place_ids), limit=limit)


def planned_for(community_id: UUID, shift_ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """What the calendar wants of these shifts: care and tools, by shift; others are missing."""
    rows = db.session.execute(
        select(Duty.shift_id, CarePlan.care, CarePlan.tools)
        .join(
            CarePlan, and_(CarePlan.community_id == Duty.community_id, CarePlan.id == Duty.plan_id)
        )
        .where(Duty.community_id == community_id, Duty.shift_id.in_(shift_ids))
    )
    return {row.shift_id: (row.care, row.tools or "") for row in rows}


def to_report(
    community_id: UUID, member_id: UUID, place_ids: Collection[UUID], since: datetime
) -> list[ToReport]:
    """Shifts on these plots in which one was counted since a moment, with no report yet."""
    rows = db.session.execute(
        select(Shift.id, Shift.place_id, Shift.starts_at)
        .join(
            Attendance,
            and_(Attendance.community_id == Shift.community_id, Attendance.shift_id == Shift.id),
        )
        .outerjoin(
            CareReport,
            and_(CareReport.community_id == Shift.community_id, CareReport.shift_id == Shift.id),
        )
        .where(
            Shift.community_id == community_id,
            Shift.place_id.in_(place_ids),
            Shift.starts_at >= since,
            Shift.cancelled_at.is_(None),
            Attendance.member_id == member_id,
            Attendance.state != "void",
            CareReport.id.is_(None),
        )
        .order_by(Shift.starts_at.desc())
        .limit(LIST_MAX)
    )
    return [ToReport(*row) for row in rows]


def was_counted(community_id: UUID, shift_id: UUID, member_id: UUID) -> bool:
    """Whether the person was at the shift."""
    wanted = select(Attendance.id).where(
        Attendance.community_id == community_id,
        Attendance.shift_id == shift_id,
        Attendance.member_id == member_id,
        Attendance.state != "void",
    )
    return db.session.scalar(wanted.limit(1)) is not None


def _reports(
    community_id: UUID, *conditions: ColumnElement[bool], limit: int = LIST_MAX
) -> list[ReportFacts]:
    rows: Any = db.session.execute(
        select(
            CareReport.id,
            CareReport.shift_id,
            CareReport.place_id,
            CareReport.tools,
            CareReport.note,
            CareReport.version,
            CareReport.reported_by_id,
            CareReport.reported_at,
            CareReport.amended_by_id,
            CareReport.amended_at,
        )
        .where(CareReport.community_id == community_id, *conditions)
        .order_by(CareReport.reported_at.desc(), CareReport.id)
        .limit(limit)
    ).all()
    cares = _cares(community_id, [row.id for row in rows])
    return [
        ReportFacts(cares=tuple(cares.get(row.id, ())), **row._mapping)  # noqa: SLF001 - its public name
        for row in rows
    ]


def _cares(community_id: UUID, report_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    rows = db.session.execute(
        select(ReportedCare.report_id, ReportedCare.care)
        .where(ReportedCare.community_id == community_id, ReportedCare.report_id.in_(report_ids))
        .order_by(ReportedCare.report_id, ReportedCare.care)
    )
    cares: dict[UUID, list[str]] = {}
    for row in rows:
        cares.setdefault(row.report_id, []).append(row.care)
    return cares


def reported_shift(community_id: UUID, report_id: UUID) -> UUID:
    """The shift of a report. Raises NotFound."""
    found = _reports(community_id, CareReport.id == report_id)
    if not found:
        raise NotFound
    return found[0].shift_id
