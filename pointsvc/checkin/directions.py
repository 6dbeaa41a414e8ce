"""Which way a scan goes when its page leaves that open: in, or out once somebody is there a while."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.checkin.codes import read_codes
from pointsvc.checkin.models import Attendance, Scan
from pointsvc.checkin.rules import Direction, Stay, direction_for
from pointsvc.extensions import db


def find_direction(
    *, community_id: UUID, scan_id: UUID, code: str, shift_id: UUID, now: datetime
) -> Direction:
    """The direction of a scan; one that is recorded keeps its own, so that a retry is the same."""
    recorded = db.session.get(Scan, (community_id, scan_id))
    if recorded is not None:
        return recorded.direction  # type: ignore[return-value]
    [read] = read_codes(community_id=community_id, texts=[(code, now)], now=now)
    if not read.is_member or read.subject_id is None:
        return "in"
    stays = stays_of(community_id=community_id, member_id=read.subject_id, shift_ids=[shift_id])
    return direction_for(stays.get(shift_id), now)


def stays_of(*, community_id: UUID, member_id: UUID, shift_ids: list[UUID]) -> dict[UUID, Stay]:
    """The member's live attendances at these shifts, by shift."""
    rows = db.session.scalars(
        select(Attendance).where(
            Attendance.community_id == community_id,
            Attendance.member_id == member_id,
            Attendance.shift_id.in_(shift_ids),
            Attendance.state != "void",
        )
    )
    return {
        row.shift_id: Stay(
            id=row.id,
            shift_id=row.shift_id,
            state=row.state,
            in_at=row.in_at,
            until=row.out_at or row.in_at,
            out_at=row.out_at,
            minutes=row.minutes,
            closed_by=row.closed_by,
        )
        for row in rows
    }
