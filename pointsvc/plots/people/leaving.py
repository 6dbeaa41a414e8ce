"""Who is of the plot's group no more: their care ends, without a word against them, and the gap is told.

Somebody leaves a group, moves away, or the plot is given to another group: all of that happens in rooms
below this one, so a job finds it, within the minute. Nobody is kept to a plot by a group that they left.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, select

from pointsvc.communities.queries import get_place
from pointsvc.extensions import db
from pointsvc.members.models import Member
from pointsvc.organisation.models import GroupMembership, GroupPlace
from pointsvc.plots.models import Assignment
from pointsvc.plots.people.assigning import LIVE, close_assignment
from pointsvc.plots.telling import leaders_of, tell, trace


def end_left(*, community_id: UUID, now: datetime) -> int:
    """End what is asked of, or taken on by, people whose group does not tend the plot; how many.

    What goes to the next one is listed in a hand-over. Sign-ups stand: any neighbour may come.
    """
    belongs = (
        exists()
        .where(
            GroupPlace.community_id == Assignment.community_id,
            GroupPlace.place_id == Assignment.place_id,
            GroupPlace.ended_at.is_(None),
            GroupMembership.member_id == Assignment.member_id,
            GroupMembership.left_at.is_(None),
        )
        .where(
            and_(
                GroupMembership.community_id == GroupPlace.community_id,
                GroupMembership.group_id == GroupPlace.group_id,
            )
        )
    )
    is_here = exists().where(
        Member.community_id == Assignment.community_id,
        Member.id == Assignment.member_id,
        Member.state == "active",
    )
    left = select(Assignment).where(
        Assignment.community_id == community_id,
        Assignment.state.in_(LIVE),
        ~(belongs & is_here),
    )
    gone = db.session.scalars(left.order_by(Assignment.id).with_for_update()).all()
    leaders = leaders_of(community_id) if gone else {}
    for each in gone:
        cared = each.state == "accepted"
        close_assignment(each, "ended", None, now)
        trace(
            community_id=community_id,
            by_id=None,
            action="plots.care_ended",
            subject_id=each.id,
            now=now,
        )
        _tell(each, leaders.get(each.place_id, []), now, cared=cared)
    return len(gone)


def _tell(each: Assignment, leaders: list[UUID], now: datetime, *, cared: bool) -> None:
    payload = {"place": get_place(each.community_id, each.place_id).name}
    own = "plots.care_left" if cared else "plots.care_taken_back"
    told = {"community_id": each.community_id, "now": now}
    tell(recipient_ids=[each.member_id], topic=own, payload=payload, **told)  # type: ignore[arg-type]
    if cared:
        payload |= {"who_id": str(each.member_id)}
        tell(recipient_ids=leaders, topic="plots.care_left_gap", payload=payload, **told)  # type: ignore[arg-type]
