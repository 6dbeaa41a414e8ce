"""Who may see what was written and photographed on a plot: its people, and who oversees them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.permission import Caller
from pointsvc.organisation.queries import groups_of_members, tended_places
from pointsvc.plots.models import Assignment

OVERSEERS: Final = frozenset({"clerk", "supervisor", "auditor"})


def oversees(caller: Caller) -> bool:
    """Whether the caller sees every plot: clerks, supervisors, auditors."""
    return bool(caller.roles & OVERSEERS)


def is_of_plot(community_id: UUID, place_id: UUID, member_id: UUID) -> bool:
    """Whether the person belongs to the plot: its group's, or who cares for it."""
    group_id = tended_places(community_id).get(place_id)
    if group_id and group_id in groups_of_members(community_id, [member_id])[member_id]:
        return True
    cares = select(Assignment.id).where(
        Assignment.community_id == community_id,
        Assignment.place_id == place_id,
        Assignment.member_id == member_id,
        Assignment.state == "accepted",
    )
    return db.session.scalar(cares) is not None


def sees_plot(caller: Caller, place_id: UUID) -> bool:
    """Whether the caller may read what was written on the plot, with its photographs."""
    if oversees(caller):
        return True
    if caller.id is None or caller.community_id is None:
        return False
    return is_of_plot(caller.community_id, place_id, caller.id)
