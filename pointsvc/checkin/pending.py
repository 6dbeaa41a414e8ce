"""What waits for a decision, as one reader meets it: one's own household's is for somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select

from pointsvc.activities.rules import Scope
from pointsvc.checkin.models import Scan, ScanDecision
from pointsvc.checkin.queries import Waiting, waiting_in
from pointsvc.extensions import db
from pointsvc.members.queries import holders_of


@dataclass(frozen=True, slots=True)
class Case:
    """Something that waits; `is_own` when the reader may not decide on it."""

    waiting: Waiting
    is_own: bool

    @property
    def can_count(self) -> bool:
        """Whether there is anything that accepting could credit."""
        return self.waiting.state != "lone"


def cases_for(
    community_id: UUID, scope: Scope, *, reader_id: UUID, shift_id: UUID | None = None
) -> list[Case]:
    """What waits where the reader runs shifts; in one shift where it is named."""
    places = None if scope.is_everywhere else scope.places
    rows = waiting_in(community_id, place_ids=places, led_by_id=scope.id)
    if shift_id is not None:
        rows = [row for row in rows if row.shift_id == shift_id]
    homes = holders_of(community_id, [reader_id, *(row.member_id for row in rows if row.member_id)])
    mine = _scanned_by(community_id, reader_id, rows)
    return [
        Case(
            row,
            is_own=homes.get(row.member_id or reader_id) == homes[reader_id]
            or not mine.isdisjoint({row.attendance_id, row.scan_id} - {None}),
        )
        for row in rows
    ]


def _scanned_by(community_id: UUID, reader_id: UUID, rows: Sequence[Waiting]) -> set[UUID | None]:
    """Attendances and scans among these whose doubtful scan the reader made."""
    attendances = [row.attendance_id for row in rows if row.attendance_id]
    scans = [row.scan_id for row in rows if row.scan_id]
    found = db.session.execute(
        select(Scan.id, Scan.attendance_id)
        .outerjoin(
            ScanDecision,
            and_(ScanDecision.community_id == Scan.community_id, ScanDecision.scan_id == Scan.id),
        )
        .where(
            Scan.community_id == community_id,
            Scan.actor_kind == "member",
            Scan.actor_id == reader_id,
            Scan.verdict.in_(("provisional", "held")),
            ScanDecision.id.is_(None),
            or_(Scan.attendance_id.in_(attendances), Scan.id.in_(scans)),
        )
    )
    return {each for row in found for each in row}
