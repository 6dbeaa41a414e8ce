"""What made a sign count, other than the leader: a position, or another volunteer's word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import and_, or_, select

from pointsvc.checkin.models import Scan, ScanDecision
from pointsvc.checkin.rules import CO_VOLUNTEER
from pointsvc.extensions import db
from pointsvc.members.queries import names_of


@dataclass(frozen=True, slots=True)
class SecondSignal:
    """How far the phone was (None where no position counted), and who vouched."""

    distance_metres: int | None = None
    witness: str = ""


def second_signals_at(community_id: UUID, shift_id: UUID) -> dict[UUID, SecondSignal]:
    """The second signals of a shift by attendance; the newest where a stay has two of a kind."""
    rows = db.session.execute(
        select(Scan.attendance_id, Scan.distance_metres, ScanDecision.decided_by_id)
        .outerjoin(
            ScanDecision,
            and_(
                ScanDecision.community_id == Scan.community_id,
                ScanDecision.scan_id == Scan.id,
                ScanDecision.reason == CO_VOLUNTEER,
            ),
        )
        .where(
            Scan.community_id == community_id,
            Scan.shift_id == shift_id,
            Scan.proof == "sign",
            Scan.attendance_id.is_not(None),
            or_(Scan.verdict == "accepted", ScanDecision.id.is_not(None)),
        )
        .order_by(Scan.happened_at, Scan.id)
    ).all()
    names = names_of(community_id, {row.decided_by_id for row in rows if row.decided_by_id})
    found: dict[UUID, SecondSignal] = {}
    for attendance_id, distance, decider_id in rows:
        assert attendance_id is not None, "the query leaves out scans without one"
        known = found.get(attendance_id, SecondSignal())
        if decider_id is None:
            found[attendance_id] = replace(known, distance_metres=distance)
        else:
            found[attendance_id] = replace(known, witness=names.get(decider_id, ""))
    return found
