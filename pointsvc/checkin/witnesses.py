"""For whom somebody who was there may vouch, and what their own presence rests on.

A witness reads the whole name, as the leader does: they stood side by side, and a word for the wrong
one of two neighbours called 李* would be worse. Nobody else reads it, and only while it waits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from pointsvc.activities.queries import ShiftFacts, find_shifts
from pointsvc.checkin.facts import STAY_MAX
from pointsvc.checkin.models import Attendance, Scan, ScanDecision
from pointsvc.checkin.queries import LIST_MAX
from pointsvc.checkin.rules import CO_VOLUNTEER, Signal, Stay, may_vouch
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.members.queries import holders_of, names_of


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody who scanned the sign of a shift and waits for a second signal."""

    attendance_id: UUID
    name: str
    shift: ShiftFacts
    in_at: datetime
    out_at: datetime | None


def sights_of(community: CommunityFacts, member_id: UUID, now: datetime) -> list[Sight]:
    """Those for whom the member may vouch now, earliest first."""
    most = community.settings.vouched_people_max
    limit = timedelta(hours=community.settings.provisional_hours)
    since = now - limit - STAY_MAX
    mine = _attendances(
        Attendance.community_id == community.id,
        Attendance.member_id == member_id,
        Attendance.state.in_(("open", "closed")),
        Attendance.in_at >= since,
    )
    if not most or not mine:
        return []
    waiting = _attendances(
        Attendance.community_id == community.id,
        Attendance.shift_id.in_({row.shift_id for row in mine}),
        Attendance.member_id != member_id,
        Attendance.state == "provisional",
        Attendance.in_at >= now - limit,
    )
    if not waiting:
        return []
    return _named(community.id, _seen(community.id, mine, waiting, most, now))


def signals_of(
    community_id: UUID, attendance_ids: Collection[UUID]
) -> dict[UUID, tuple[Signal, ...]]:
    """The scans that each of the attendances is made from, and what was decided about them."""
    ends = or_(Scan.id == Attendance.in_scan_id, Scan.id == Attendance.out_scan_id)
    rows = db.session.execute(
        select(
            Attendance.id,
            Scan.proof,
            Scan.verdict,
            ScanDecision.decision,
            ScanDecision.reason,
            ScanDecision.decided_by_id,
        )
        .join(Scan, and_(Scan.community_id == Attendance.community_id, ends))
        .outerjoin(
            ScanDecision,
            and_(ScanDecision.community_id == Scan.community_id, ScanDecision.scan_id == Scan.id),
        )
        .where(Attendance.community_id == community_id, Attendance.id.in_(attendance_ids))
    )
    found: dict[UUID, tuple[Signal, ...]] = {}
    for attendance_id, proof, verdict, decision, reason, decider_id in rows:
        signal = Signal(proof, verdict, decision, reason, has_decider=decider_id is not None)
        found[attendance_id] = (*found.get(attendance_id, ()), signal)
    return found


def vouched_for(
    community_id: UUID, member_id: UUID, shift_ids: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """The people for whom the member has vouched in each of the shifts."""
    rows = db.session.execute(
        select(Scan.shift_id, Scan.member_id)
        .join(
            ScanDecision,
            and_(ScanDecision.community_id == Scan.community_id, ScanDecision.scan_id == Scan.id),
        )
        .where(
            Scan.community_id == community_id,
            Scan.shift_id.in_(shift_ids),
            ScanDecision.decided_by_id == member_id,
            ScanDecision.reason == CO_VOLUNTEER,
        )
    )
    found: dict[UUID, set[UUID]] = {}
    for shift_id, seen_id in rows:
        if shift_id is not None and seen_id is not None:
            found.setdefault(shift_id, set()).add(seen_id)
    return found


def _seen(
    community_id: UUID,
    mine: Sequence[Attendance],
    waiting: Sequence[Attendance],
    most: int,
    now: datetime,
) -> list[Attendance]:
    """Those of the waiting for whom the rule lets the witness speak, within their number."""
    own = {row.shift_id: row for row in mine}
    witness_id = mine[0].member_id
    signals = signals_of(community_id, [row.id for row in mine])
    homes = holders_of(community_id, [witness_id, *(row.member_id for row in waiting)])
    spoken_for = vouched_for(community_id, witness_id, own.keys())
    found = []
    for row in waiting:
        witness = own[row.shift_id]
        known = spoken_for.get(row.shift_id, set())
        if row.member_id not in known and len(known) >= most:
            continue
        if may_vouch(
            _stay(witness),
            signals.get(witness.id, ()),
            _stay(row),
            is_same_household=homes[row.member_id] == homes[witness_id],
            now=now,
        ):
            found.append(row)
    return found


def _named(community_id: UUID, rows: Sequence[Attendance]) -> list[Sight]:
    names = names_of(community_id, {row.member_id for row in rows})
    shifts = find_shifts(community_id=community_id, ids={row.shift_id for row in rows})
    return [
        Sight(row.id, names.get(row.member_id, ""), shifts[row.shift_id], row.in_at, row.out_at)
        for row in rows
    ]


def _attendances(*conditions: ColumnElement[bool]) -> Sequence[Attendance]:
    wanted = select(Attendance).where(*conditions).order_by(Attendance.in_at, Attendance.id)
    return db.session.scalars(wanted.limit(LIST_MAX)).all()


def _stay(row: Attendance) -> Stay:
    return Stay(
        id=row.id,
        shift_id=row.shift_id,
        state=row.state,
        in_at=row.in_at,
        until=row.out_at or row.in_at,
        out_at=row.out_at,
        minutes=row.minutes,
        closed_by=row.closed_by,
    )
