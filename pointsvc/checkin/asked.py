"""How many things in check-in wait for a member's word: parts of one statement, for the first page.

They are asked with `community_id`, `member_id`, `since` (what happened before it is too long ago to vouch
for) and `came_since` (whoever came before it is gone).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, func, select

from pointsvc.checkin.backfills import LIVE
from pointsvc.checkin.models import Attendance, Backfill, SpotCheck
from pointsvc.kernel.prepared import table_of


def backfills_of_member() -> ScalarSelect[int]:
    """Backfills that were ever asked for the member."""
    return _counted(table_of(Backfill), *_of_member(table_of(Backfill)))


def backfills_that_wait() -> ScalarSelect[int]:
    """Those of them that may still be contradicted."""
    backfill = table_of(Backfill)
    return _counted(backfill, *_of_member(backfill), backfill.c.state.in_(LIVE))


def ticks_to_answer() -> ScalarSelect[int]:
    """Spot checks where somebody ticked the member, of attendances that were not voided meanwhile."""
    check, attendance = table_of(SpotCheck), table_of(Attendance)
    joined = check.join(
        attendance,
        and_(
            attendance.c.community_id == check.c.community_id,
            attendance.c.id == check.c.attendance_id,
        ),
    )
    waits = (check.c.state == "waiting", attendance.c.state != "void")
    return _counted(joined, *_of_member(check), *waits)


def people_who_wait() -> ScalarSelect[int]:
    """Who waits for a second signal in shifts where the member is or was.

    Whether the member may vouch for them is asked only where there is somebody.
    """
    own, other = table_of(Attendance).alias("own"), table_of(Attendance).alias("other")
    joined = own.join(
        other, and_(other.c.community_id == own.c.community_id, other.c.shift_id == own.c.shift_id)
    )
    return _counted(
        joined,
        *_of_member(own),
        own.c.state.in_(("open", "closed")),
        own.c.in_at >= bindparam("came_since"),
        other.c.member_id != own.c.member_id,
        other.c.state == "provisional",
        other.c.in_at >= bindparam("since"),
    )


def _of_member(table: Any) -> tuple[ColumnElement[bool], ...]:
    mine = table.c.member_id == bindparam("member_id")
    return table.c.community_id == bindparam("community_id"), mine


def _counted(table: Any, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()
