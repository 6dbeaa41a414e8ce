"""Everything behind an attendance: scans, decisions, corrections, and what they did in the books."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select

from pointsvc.activities.queries import ShiftFacts, find_shifts, get_shift
from pointsvc.checkin.models import Attendance, Scan, ScanDecision
from pointsvc.checkin.queries import (
    CorrectionFacts,
    Present,
    attendances_in,
    find_corrections,
    get_attendance,
)
from pointsvc.extensions import db
from pointsvc.ledger.sources import Movement, movements_of
from pointsvc.members.queries import names_of

SCANS_MAX = 50


@dataclass(frozen=True, slots=True)
class TracedScan:
    """A scan of an attendance, and what was decided about it."""

    id: UUID
    at: datetime
    direction: str
    proof: str
    verdict: str
    reason: str
    note: str | None
    actor_kind: str
    actor_id: UUID
    decision: str | None
    decision_reason: str | None
    decided_by_id: UUID | None
    decided_at: datetime | None
    distance_metres: int | None


@dataclass(frozen=True, slots=True)
class Trace:
    """An attendance and all that stands behind it; `names` are those of everybody in it."""

    attendance: Present
    shift: ShiftFacts
    scans: list[TracedScan]
    corrections: list[CorrectionFacts]
    movements: list[Movement]
    names: dict[UUID, str]

    @property
    def has_pending(self) -> bool:
        """Whether a correction waits already."""
        return any(each.state == "requested" for each in self.corrections)


@dataclass(frozen=True, slots=True)
class AskedCorrection:
    """A correction with the attendance that it would change, and who asked and decided."""

    facts: CorrectionFacts
    attendance: Present
    shift: ShiftFacts
    asked_by: str
    decided_by: str


def trace_of(community_id: UUID, attendance_id: UUID) -> Trace:
    """The attendance's trace. Raises NotFound."""
    attendance = get_attendance(community_id, attendance_id)
    scans = _scans(community_id, attendance_id)
    corrections = find_corrections(community_id, state=None, attendance_id=attendance_id)
    movements = movements_of(
        community_id=community_id, source_type="attendance", source_id=attendance_id
    )
    return Trace(
        attendance,
        get_shift(community_id, attendance.shift_id),
        scans,
        corrections,
        movements,
        names_of(community_id, _people(scans, corrections, movements)),
    )


def asked_corrections(community_id: UUID) -> list[AskedCorrection]:
    """The newest corrections, whatever their state."""
    found = find_corrections(community_id, state=None)
    behind = attendances_in(community_id, [each.attendance_id for each in found])
    shifts = find_shifts(community_id=community_id, ids={each.shift_id for each in behind.values()})
    names = names_of(community_id, _people([], found, []))
    return [
        AskedCorrection(
            each,
            behind[each.attendance_id],
            shifts[behind[each.attendance_id].shift_id],
            names.get(each.requested_by_id, ""),
            names.get(each.decided_by_id, "") if each.decided_by_id else "",
        )
        for each in found
    ]


def _people(
    scans: Iterable[TracedScan],
    corrections: Iterable[CorrectionFacts],
    movements: Iterable[Movement],
) -> set[UUID]:
    people: set[UUID | None] = set()
    for scan in scans:
        people |= {scan.actor_id, scan.decided_by_id}
    for correction in corrections:
        people |= {correction.requested_by_id, correction.decided_by_id}
    for movement in movements:
        people |= {movement.recorded_by_id, movement.approved_by_id}
    return {each for each in people if each is not None}


def _scans(community_id: UUID, attendance_id: UUID) -> list[TracedScan]:
    """The scans that name the attendance, and those that it was made from."""
    ends = select(Attendance.in_scan_id, Attendance.out_scan_id).where(
        Attendance.community_id == community_id, Attendance.id == attendance_id
    )
    known = [each for row in db.session.execute(ends) for each in row if each is not None]
    rows = db.session.execute(
        select(
            Scan.id,
            Scan.happened_at,
            Scan.direction,
            Scan.proof,
            Scan.verdict,
            Scan.reason,
            Scan.note,
            Scan.actor_kind,
            Scan.actor_id,
            ScanDecision.decision,
            ScanDecision.reason,
            ScanDecision.decided_by_id,
            ScanDecision.decided_at,
            Scan.distance_metres,
        )
        .outerjoin(
            ScanDecision,
            and_(ScanDecision.community_id == Scan.community_id, ScanDecision.scan_id == Scan.id),
        )
        .where(
            Scan.community_id == community_id,
            or_(Scan.attendance_id == attendance_id, Scan.id.in_(known)),
        )
        .order_by(Scan.happened_at, Scan.id)
        .limit(SCANS_MAX)
    )
    return [TracedScan(*tuple(row)) for row in rows]
