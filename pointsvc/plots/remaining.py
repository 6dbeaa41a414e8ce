"""What somebody signed up for at a plot and has still before them; giving all of it up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.activities.models import Shift, Signup
from pointsvc.activities.queries import ShiftFacts, find_shifts
from pointsvc.activities.service import leave
from pointsvc.extensions import db

LIST_MAX = 100


def remaining_signups(
    *, community_id: UUID, place_id: UUID, member_id: UUID, now: datetime
) -> list[ShiftFacts]:
    """The shifts at the place that the member means to come to and that have not begun."""
    wanted = (
        select(Signup.shift_id)
        .join(Shift, and_(Shift.community_id == Signup.community_id, Shift.id == Signup.shift_id))
        .where(
            Signup.community_id == community_id,
            Signup.member_id == member_id,
            Signup.left_at.is_(None),
            Shift.place_id == place_id,
            Shift.starts_at > now,
            Shift.cancelled_at.is_(None),
        )
        .order_by(Shift.starts_at)
        .limit(LIST_MAX)
    )
    found = find_shifts(community_id=community_id, ids=list(db.session.scalars(wanted)))
    return sorted(found.values(), key=lambda shift: shift.starts_at)


def leave_all(*, community_id: UUID, place_id: UUID, member_id: UUID, now: datetime) -> int:
    """Give these sign-ups up; how many. It costs nothing (《志愿服务条例》 art. 25)."""
    shifts = remaining_signups(
        community_id=community_id, place_id=place_id, member_id=member_id, now=now
    )
    for shift in shifts:
        leave(community_id=community_id, shift_id=shift.id, member_id=member_id, now=now)
    return len(shifts)
