"""Spot checks as they are read: by who asks the volunteer, by the volunteer, by the auditor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from pointsvc.activities.queries import ShiftFacts, find_shifts
from pointsvc.checkin.models import Attendance, Scan, SpotCheck
from pointsvc.extensions import db
from pointsvc.members.queries import holders_of, names_of

LIST_MAX: Final = 200
LATEST: Final = 30


@dataclass(frozen=True, slots=True)
class SpotCheckSeen:
    """A check with the attendance and the tick that it looks at, and the names in it."""

    id: UUID
    attendance_id: UUID
    member_id: UUID
    ticked_by_id: UUID
    asked_at: datetime
    answer: str | None
    state: str
    decided_by_id: UUID | None
    decided_at: datetime | None
    note: str | None
    in_at: datetime
    out_at: datetime | None
    shift: ShiftFacts
    why: str
    names: dict[UUID, str]

    @property
    def name(self) -> str:
        """Whom it is about."""
        return self.names.get(self.member_id, "")

    @property
    def ticked_by(self) -> str:
        """Who ticked."""
        return self.names.get(self.ticked_by_id, "")

    @property
    def decided_by(self) -> str:
        """Who asked the volunteer."""
        return self.names.get(self.decided_by_id, "") if self.decided_by_id else ""


def waiting_checks(community_id: UUID) -> list[SpotCheckSeen]:
    """What nobody has asked about yet, oldest first."""
    return _seen(community_id, SpotCheck.state == "waiting", limit=LIST_MAX)


def latest_checks(community_id: UUID) -> list[SpotCheckSeen]:
    """What was asked about, newest first."""
    return _seen(community_id, SpotCheck.state != "waiting", limit=LATEST, newest_first=True)


def checks_to_answer(community_id: UUID, member_id: UUID) -> list[SpotCheckSeen]:
    """Where a member was ticked and may say whether that is so."""
    mine = (SpotCheck.state == "waiting", SpotCheck.member_id == member_id)
    return _seen(community_id, *mine, limit=LIST_MAX)


def open_checks_of(community_id: UUID, since: datetime, until: datetime) -> list[SpotCheckSeen]:
    """Checks of a time that wait, or found that somebody was not there."""
    return _seen(
        community_id,
        SpotCheck.asked_at >= since,
        SpotCheck.asked_at < until,
        SpotCheck.state.in_(("waiting", "contradicted")),
        limit=LIST_MAX,
    )


def kin_of(community_id: UUID, reader_id: UUID, checks: Sequence[SpotCheckSeen]) -> set[UUID]:
    """Those of the checks that the reader may not decide: own tick, own attendance, own household."""
    people = {reader_id, *(e.member_id for e in checks), *(e.ticked_by_id for e in checks)}
    homes = holders_of(community_id, people)
    return {
        each.id
        for each in checks
        if homes[reader_id] in {homes[each.member_id], homes[each.ticked_by_id]}
    }


def _seen(
    community_id: UUID, *conditions: ColumnElement[bool], limit: int, newest_first: bool = False
) -> list[SpotCheckSeen]:
    order = SpotCheck.asked_at.desc() if newest_first else SpotCheck.asked_at
    rows = db.session.execute(
        select(SpotCheck, Attendance, Scan.note)
        .join(
            Attendance,
            and_(
                Attendance.community_id == SpotCheck.community_id,
                Attendance.id == SpotCheck.attendance_id,
            ),
        )
        .join(Scan, and_(Scan.community_id == SpotCheck.community_id, Scan.id == SpotCheck.scan_id))
        .where(SpotCheck.community_id == community_id, *conditions, _is_live())
        .order_by(order, SpotCheck.id)
        .limit(limit)
    ).all()
    shifts = find_shifts(community_id=community_id, ids={row[1].shift_id for row in rows})
    checks = [row[0] for row in rows]
    people = {e.member_id for e in checks} | {e.ticked_by_id for e in checks}
    people |= {e.decided_by_id for e in checks if e.decided_by_id}
    names = names_of(community_id, people)
    return [_of(row[0], row[1], row[2], shifts[row[1].shift_id], names) for row in rows]


def _is_live() -> ColumnElement[bool]:
    """An attendance that was voided meanwhile needs no more asking."""
    return (Attendance.state != "void") | (SpotCheck.state != "waiting")


def _of(
    check: SpotCheck,
    attendance: Attendance,
    why: str | None,
    shift: ShiftFacts,
    names: dict[UUID, str],
) -> SpotCheckSeen:
    return SpotCheckSeen(
        id=check.id,
        attendance_id=check.attendance_id,
        member_id=check.member_id,
        ticked_by_id=check.ticked_by_id,
        asked_at=check.asked_at,
        answer=check.answer,
        state=check.state,
        decided_by_id=check.decided_by_id,
        decided_at=check.decided_at,
        note=check.note,
        in_at=attendance.in_at,
        out_at=attendance.out_at,
        shift=shift,
        why=why or "",
        names=names,
    )
