"""Reading scans and attendance: one scan, a shift's people, what waits for a decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from pointsvc.activities.models import Shift
from pointsvc.checkin.drops import standings_of
from pointsvc.checkin.models import Attendance, AttendanceCorrection, Scan, ScanDecision
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.communities.models import Place
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.prepared import Found
from pointsvc.members.models import Member

LIST_MAX = 300


@dataclass(frozen=True, slots=True)
class LaterDecision:
    """What a person or the time decided about a scan."""

    decision: str
    reason: str
    decided_by_id: UUID | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class StoredScan:
    """A scan's first answer, what was decided later, and how it stands now."""

    receipt: ScanReceipt
    proof: str
    actor_id: UUID
    received_at: datetime
    happened_at: datetime
    state: str
    decisions: tuple[LaterDecision, ...]
    distance_metres: int | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """A person's attendance at a shift, as lists show it."""

    id: UUID
    member_id: UUID
    name: str
    volunteer_no: int
    shift_id: UUID
    state: str
    in_at: datetime
    out_at: datetime | None
    minutes: int
    award_points: int
    closed_by: str | None
    corrections: int
    backfill_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held or provisional attendance, or a held scan without one, that waits for a person."""

    attendance_id: UUID | None
    scan_id: UUID | None
    member_id: UUID | None
    name: str
    shift_id: UUID | None
    activity_kind: str
    place_name: str
    state: str
    reason: str
    in_at: datetime
    out_at: datetime | None
    minutes: int
    award_points: int
    distance_metres: int | None = None


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    """A correction that a clerk asked for."""

    id: UUID
    attendance_id: UUID
    kind: str
    in_at: datetime | None
    out_at: datetime | None
    reason: str
    requested_by_id: UUID
    requested_at: datetime
    state: str
    decided_by_id: UUID | None
    decided_at: datetime | None


def receipt_of(row: Scan | Found) -> ScanReceipt:
    """The answer in a stored scan."""
    return ScanReceipt(
        scan_id=row.id,
        direction=row.direction,
        verdict=row.verdict,
        reason=row.reason or None,
        member_id=row.member_id,
        shift_id=row.shift_id,
        attendance_id=row.attendance_id,
        award_points=row.award_points,
        service_minutes=row.service_minutes,
        balance_points=row.balance_points,
    )


def get_scan(community_id: UUID, scan_id: UUID) -> StoredScan:
    """A scan with its present state. Raises NotFound."""
    scan = db.session.get(Scan, (community_id, scan_id))
    if scan is None:
        raise NotFound
    rows = db.session.execute(
        select(
            ScanDecision.decision,
            ScanDecision.reason,
            ScanDecision.decided_by_id,
            ScanDecision.decided_at,
        ).where(ScanDecision.community_id == community_id, ScanDecision.scan_id == scan_id)
    )
    decisions = tuple(LaterDecision(*row) for row in rows)
    return StoredScan(
        receipt=receipt_of(scan),
        proof=scan.proof,
        actor_id=scan.actor_id,
        received_at=scan.received_at,
        happened_at=scan.happened_at,
        state=_state_of(community_id, scan, decisions),
        decisions=decisions,
        distance_metres=scan.distance_metres,
    )


def _state_of(community_id: UUID, scan: Scan, decisions: Collection[LaterDecision]) -> str:
    """The scan's present state: annulled, voided with what it counted, decided, or as answered."""
    decided = next((each.decision for each in decisions), scan.verdict)
    if scan.direction == "drop":
        now = standings_of(community_id, [scan.id]).get(scan.id)
        return "voided" if now and now.quantity == 0 else decided
    if decided == "annulled" or scan.attendance_id is None or scan.verdict == "refused":
        return decided
    attendance = select(Attendance.state).where(
        Attendance.community_id == community_id, Attendance.id == scan.attendance_id
    )
    return "voided" if db.session.scalar(attendance) == "void" else decided


def present_at(community_id: UUID, shift_id: UUID) -> list[Present]:
    """Who is or was at a shift, first come first; void attendances are left out."""
    return _present(community_id, Attendance.shift_id == shift_id, Attendance.state != "void")


def present_in(community_id: UUID, shift_ids: Collection[UUID]) -> dict[UUID, list[Present]]:
    """The same of several shifts at once, by shift; those where nobody was are missing."""
    if not shift_ids:
        return {}
    found: dict[UUID, list[Present]] = {}
    for each in _present(
        community_id, Attendance.shift_id.in_(shift_ids), Attendance.state != "void"
    ):
        found.setdefault(each.shift_id, []).append(each)
    return found


def get_attendance(community_id: UUID, attendance_id: UUID) -> Present:
    """One attendance, also a void one. Raises NotFound."""
    found = _present(community_id, Attendance.id == attendance_id)
    if not found:
        raise NotFound
    return found[0]


def attendances_in(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Present]:
    """The attendances of these ids, void ones included."""
    return {each.id: each for each in _present(community_id, Attendance.id.in_(ids))}


def attendances_of(
    community_id: UUID, member_id: UUID, *, shift_ids: Collection[UUID] | None = None
) -> list[Present]:
    """A member's newest attendances, void ones included; at these shifts only when named."""
    wanted = [Attendance.member_id == member_id]
    if shift_ids is not None:
        wanted.append(Attendance.shift_id.in_(shift_ids))
    return _present(community_id, *wanted, newest_first=True)


def counts_at(community_id: UUID, shift_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many people are or were at each of the shifts."""
    if not shift_ids:
        return {}
    rows = db.session.execute(
        select(Attendance.shift_id).where(
            Attendance.community_id == community_id,
            Attendance.shift_id.in_(shift_ids),
            Attendance.state != "void",
        )
    )
    counts: dict[UUID, int] = {}
    for row in rows:
        counts[row.shift_id] = counts.get(row.shift_id, 0) + 1
    return counts


def waiting_in(
    community_id: UUID, *, place_ids: Collection[UUID] | None, led_by_id: UUID | None
) -> list[Waiting]:
    """What waits for a decision at these places (None: everywhere) or in shifts that one leads."""
    scope: list[ColumnElement[bool]] = []
    if place_ids is not None:
        scope.append(or_(Shift.place_id.in_(place_ids), Shift.led_by_id == led_by_id))
    return [*_waiting_attendances(community_id, scope), *_waiting_scans(community_id, scope)]


def find_corrections(
    community_id: UUID,
    *,
    state: str | None = "requested",
    attendance_id: UUID | None = None,
) -> list[CorrectionFacts]:
    """Corrections in a state (None: all), of one attendance where it is named; newest first."""
    wanted = select(
        AttendanceCorrection.id,
        AttendanceCorrection.attendance_id,
        AttendanceCorrection.kind,
        AttendanceCorrection.in_at,
        AttendanceCorrection.out_at,
        AttendanceCorrection.reason,
        AttendanceCorrection.requested_by_id,
        AttendanceCorrection.requested_at,
        AttendanceCorrection.state,
        AttendanceCorrection.decided_by_id,
        AttendanceCorrection.decided_at,
    ).where(AttendanceCorrection.community_id == community_id)
    if state is not None:
        wanted = wanted.where(AttendanceCorrection.state == state)
    if attendance_id is not None:
        wanted = wanted.where(AttendanceCorrection.attendance_id == attendance_id)
    rows = db.session.execute(wanted.order_by(AttendanceCorrection.id.desc()).limit(LIST_MAX))
    return [CorrectionFacts(*row) for row in rows]


def _present(
    community_id: UUID, *conditions: ColumnElement[bool], newest_first: bool = False
) -> list[Present]:
    order = Attendance.in_at.desc() if newest_first else Attendance.in_at
    rows = db.session.execute(
        select(
            Attendance.id,
            Attendance.member_id,
            Member.name,
            Member.volunteer_no,
            Attendance.shift_id,
            Attendance.state,
            Attendance.in_at,
            Attendance.out_at,
            Attendance.minutes,
            Attendance.award_points,
            Attendance.closed_by,
            Attendance.corrections,
            Attendance.backfill_id,
        )
        .join(
            Member,
            and_(Member.community_id == Attendance.community_id, Member.id == Attendance.member_id),
        )
        .where(Attendance.community_id == community_id, *conditions)
        .order_by(order, Attendance.id)
        .limit(LIST_MAX)
    )
    return [Present(*tuple(row)) for row in rows]


def is_paired() -> ColumnElement[bool]:
    """Whether the scan, a check-out that came before its check-in, has found its attendance."""
    return (
        select(Attendance.id)
        .where(
            Attendance.community_id == Scan.community_id,
            Attendance.member_id == Scan.member_id,
            Attendance.out_scan_id == Scan.id,
        )
        .exists()
    )


def _waiting_attendances(community_id: UUID, scope: list[ColumnElement[bool]]) -> list[Waiting]:
    last = Scan.id == Attendance.out_scan_id
    first = and_(Attendance.out_scan_id.is_(None), Scan.id == Attendance.in_scan_id)
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Attendance,
            Member.name,
            Shift.activity_kind,
            Place.name,
            Scan.reason,
            Scan.distance_metres,
        )
        .join(
            Member,
            and_(Member.community_id == Attendance.community_id, Member.id == Attendance.member_id),
        )
        .join(
            Shift,
            and_(Shift.community_id == Attendance.community_id, Shift.id == Attendance.shift_id),
        )
        .join(Place, and_(Place.community_id == Shift.community_id, Place.id == Shift.place_id))
        .outerjoin(Scan, and_(Scan.community_id == Attendance.community_id, or_(last, first)))
        .where(
            Attendance.community_id == community_id,
            Attendance.state.in_(("provisional", "held")),
            Attendance.backfill_id.is_(None),
            *scope,
        )
        .order_by(Attendance.in_at)
        .limit(LIST_MAX)
    )
    return [
        Waiting(
            attendance_id=row[0].id,
            scan_id=None,
            member_id=row[0].member_id,
            name=row[1],
            shift_id=row[0].shift_id,
            activity_kind=row[2],
            place_name=row[3],
            state=row[0].state,
            reason=row[4] or "",
            in_at=row[0].in_at,
            out_at=row[0].out_at,
            minutes=row[0].minutes,
            award_points=row[0].award_points,
            distance_metres=row[5],
        )
        for row in db.session.execute(wanted)
    ]


def _waiting_scans(community_id: UUID, scope: list[ColumnElement[bool]]) -> list[Waiting]:
    wanted: Select[*tuple[Any, ...]] = (
        select(Scan, Member.name, Shift.activity_kind, Place.name)
        .join(Member, and_(Member.community_id == Scan.community_id, Member.id == Scan.member_id))
        .outerjoin(Shift, and_(Shift.community_id == Scan.community_id, Shift.id == Scan.shift_id))
        .outerjoin(
            Place, and_(Place.community_id == Shift.community_id, Place.id == Shift.place_id)
        )
        .outerjoin(
            ScanDecision,
            and_(ScanDecision.community_id == Scan.community_id, ScanDecision.scan_id == Scan.id),
        )
        .where(
            Scan.community_id == community_id,
            Scan.verdict == "held",
            Scan.attendance_id.is_(None),
            ~is_paired(),
            ScanDecision.id.is_(None),
            *scope,
        )
        .order_by(Scan.happened_at)
        .limit(LIST_MAX)
    )
    return [
        Waiting(
            attendance_id=None,
            scan_id=row[0].id,
            member_id=row[0].member_id,
            name=row[1],
            shift_id=row[0].shift_id,
            activity_kind=row[2] or "",
            place_name=row[3] or "",
            state="drop" if row[0].direction == "drop" else "lone",
            reason=row[0].reason,
            in_at=row[0].happened_at,
            out_at=None,
            minutes=0,
            award_points=row[0].award_points,
        )
        for row in db.session.execute(wanted)
    ]
