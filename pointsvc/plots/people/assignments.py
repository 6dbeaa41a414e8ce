"""Reading assignments: who was asked, who cares for what and until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from pointsvc.communities.models import Place
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.models import Member
from pointsvc.plots.models import Assignment

LIST_MAX = 500


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """A question to somebody, or what became of it; `wish` is what they would rather have."""

    id: UUID
    place_id: UUID
    place_name: str
    member_id: UUID
    member_name: str
    state: str
    is_substitute: bool | None
    starts_on: date | None
    ends_on: date | None
    wish: str | None
    proposed_at: datetime
    wish_on: date | None = None
    is_spoken: bool = False
    renewal_ends_on: date | None = None


def assignments_of(community_id: UUID, member_id: UUID) -> list[AssignmentFacts]:
    """What the member was asked and has not answered, then what they care for."""
    found = _assignments(community_id, Assignment.member_id == member_id)
    return sorted(found, key=lambda each: (each.state != "proposed", each.place_name))


def get_assignment(community_id: UUID, assignment_id: UUID) -> AssignmentFacts:
    """The question or the care, while it is live. Raises NotFound."""
    found = _assignments(community_id, Assignment.id == assignment_id)
    if not found:
        raise NotFound
    return found[0]


def assignments_at(community_id: UUID, place_ids: Collection[UUID]) -> list[AssignmentFacts]:
    """Who was asked or cares for these plots."""
    return _assignments(community_id, Assignment.place_id.in_(place_ids))


def _assignments(community_id: UUID, *conditions: ColumnElement[bool]) -> list[AssignmentFacts]:
    rows = db.session.execute(
        select(
            Assignment.id,
            Assignment.place_id,
            Place.name,
            Assignment.member_id,
            Member.name,
            Assignment.state,
            Assignment.is_substitute,
            Assignment.starts_on,
            Assignment.ends_on,
            Assignment.wish,
            Assignment.proposed_at,
            Assignment.wish_on,
            Assignment.spoken_to_id.is_not(None),
            Assignment.renewal_ends_on,
        )
        .join(
            Place,
            and_(Place.community_id == Assignment.community_id, Place.id == Assignment.place_id),
        )
        .join(
            Member,
            and_(
                Member.community_id == Assignment.community_id,
                Member.id == Assignment.member_id,
            ),
        )
        .where(
            Assignment.community_id == community_id,
            Assignment.state.in_(("proposed", "accepted")),
            *conditions,
        )
        .order_by(Assignment.place_id, Assignment.id)
        .limit(LIST_MAX)
    )
    return [AssignmentFacts(*row) for row in rows]
