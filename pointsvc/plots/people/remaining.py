"""What somebody has still before them at a plot: sign-ups, and questions; giving all of it up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select, update

from pointsvc.activities.models import Shift, Signup
from pointsvc.activities.queries import ShiftFacts, find_shifts
from pointsvc.activities.service import leave
from pointsvc.extensions import db
from pointsvc.plots.calendar.calendars import DutyFacts
from pointsvc.plots.calendar.entries import asked_of
from pointsvc.plots.models import Duty, RosterEntry

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


def open_questions(
    *, community_id: UUID, place_id: UUID, member_id: UUID, now: datetime
) -> list[DutyFacts]:
    """The duties at the place to which the member was asked and has not answered, by day."""
    asked = asked_of(community_id, member_id, now)
    return [duty for _entry, duty in asked if duty.place_id == place_id]


def withdraw_questions(
    *, community_id: UUID, place_id: UUID, member_id: UUID, by_id: UUID | None, now: datetime
) -> None:
    """Take back what the roster asked the member at the place: who stops is not waited for."""
    there = select(Duty.id).where(Duty.community_id == community_id, Duty.place_id == place_id)
    db.session.execute(
        update(RosterEntry)
        .where(
            RosterEntry.community_id == community_id,
            RosterEntry.member_id == member_id,
            RosterEntry.state == "proposed",
            RosterEntry.duty_id.in_(there),
        )
        .values(state="withdrawn", decided_at=now, decided_by_id=by_id)
    )
