"""Reading substitutions: what I may take on, who went for whom, what a leader may still say no to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from pointsvc.activities.gates import lacks_of
from pointsvc.activities.models import Shift, Signup
from pointsvc.activities.queries import ShiftFacts, get_shift
from pointsvc.communities.models import Place
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.models import Member
from pointsvc.plots.models import CarePlan, Duty, RosterEntry, Substitution
from pointsvc.plots.people.availability import absent_at, limits_at
from pointsvc.plots.people.turns import substitutes_of
from pointsvc.plots.queries import get_plot

REMEMBERED: Final = timedelta(days=60)
LIST_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class SubstitutionFacts:
    """Somebody could not come to a shift: who was asked, who went, what was said.

    `care` is what its duty is about, where it has one. `has_room` whether the shift still misses
    anybody: without, nobody need go. `is_back`: who left is signed up again; `is_going`: who took it
    on still is.
    """

    id: UUID
    shift_id: UUID
    place_id: UUID
    place_name: str
    care: str | None
    starts_at: datetime
    ends_at: datetime
    left_by_id: UUID
    left_by_name: str
    reason: str
    circle: str
    state: str
    taken_by_id: UUID | None
    taken_by_name: str | None
    veto_until: datetime | None
    veto_why: str | None
    thanked_at: datetime | None
    has_room: bool
    is_cancelled: bool
    is_back: bool
    is_going: bool

    def is_asking(self, now: datetime) -> bool:
        """Whether somebody may still take it on."""
        is_ahead = self.starts_at > now and not self.is_cancelled
        return self.state == "open" and self.has_room and is_ahead and not self.is_back

    @property
    def is_covered(self) -> bool:
        """Whether somebody went, or means to go, in their place."""
        return self.state == "taken" and self.is_going

    def may_be_vetoed(self, now: datetime) -> bool:
        """Whether the leader may still say no."""
        return self.state == "taken" and self.veto_until is not None and self.veto_until > now


def get_substitution(community_id: UUID, substitution_id: UUID) -> SubstitutionFacts:
    """The substitution. Raises NotFound."""
    for found in _substitutions(community_id, Substitution.id == substitution_id):
        return found
    raise NotFound


def substitutions_of(community_id: UUID, member_id: UUID, now: datetime) -> list[SubstitutionFacts]:
    """Where somebody left, or went for another, of the last two months and to come; newest first."""
    mine = or_(Substitution.left_by_id == member_id, Substitution.taken_by_id == member_id)
    return _substitutions(community_id, mine, Substitution.asked_at > now - REMEMBERED)


def substitutions_at(
    community_id: UUID, place_ids: Collection[UUID], now: datetime
) -> list[SubstitutionFacts]:
    """Those of these plots, of the last two months and to come; newest first."""
    if not place_ids:
        return []
    recent = Substitution.asked_at > now - REMEMBERED
    return _substitutions(community_id, Shift.place_id.in_(place_ids), recent)


def offered_to(
    community: CommunityFacts, member_id: UUID, now: datetime
) -> list[SubstitutionFacts]:
    """What somebody may take on: they are asked, not signed up, free at that time, within their hours."""
    asking = _substitutions(
        community.id,
        Substitution.state == "open",
        Substitution.left_by_id != member_id,
        Shift.starts_at > now,
        Shift.cancelled_at.is_(None),
    )
    return [
        each
        for each in asking
        if each.is_asking(now) and hindrance(community, each, member_id) is None
    ]


def hindrance(community: CommunityFacts, each: SubstitutionFacts, member_id: UUID) -> str | None:
    """Why somebody cannot take it on: `not_asked`, `uncovered`, or a limit.

    Who is signed up already, who was told no by the leader, and who left it is not asked. The limits:
    `absent` where they said that they cannot come then, `overlaps`, `week_full`.
    """
    if member_id == each.left_by_id or not _is_asked(community.id, each, member_id):
        return "not_asked"
    shift = get_shift(community.id, each.shift_id)
    if lacks_of(community, [shift], member_id):
        return "uncovered"
    if absent_at(community.id, [member_id], each.starts_at, each.ends_at):
        return "absent"
    limits = limits_at(community, [member_id], each.starts_at, each.ends_at)
    return limits[member_id]


def left_from(community_id: UUID, shift_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who said of each of the shifts that they cannot come."""
    rows = db.session.execute(
        select(Substitution.shift_id, Substitution.left_by_id).where(
            Substitution.community_id == community_id, Substitution.shift_id.in_(shift_ids)
        )
    )
    found: dict[UUID, set[UUID]] = {shift_id: set() for shift_id in shift_ids}
    for shift_id, member_id in rows:
        found[shift_id].add(member_id)
    return found


def asked_people(community_id: UUID, place_id: UUID, circle: str) -> set[UUID]:
    """Who is told of the question: substitutes, or the group that they belong to.

    Nobody by name in the community: all of it may go, but is not woken.
    """
    plot = get_plot(community_id, place_id)
    if circle == "substitutes":
        return substitutes_of(plot)
    return {person.id for person in plot.people} if circle == "group" else set()


def reachable(
    community: CommunityFacts, shift: ShiftFacts, member_ids: Collection[UUID]
) -> set[UUID]:
    """Who of them can be asked to go to the shift and can go.

    They have a phone to read it on, neither come nor were asked to it already, and nothing takes them
    at that time, nor do they lack what dangerous work asks.
    """
    ids = _with_phone(community.id, member_ids) - _known(community.id, shift.id)
    away = absent_at(community.id, ids, shift.starts_at, shift.ends_at)
    limits = limits_at(community, ids, shift.starts_at, shift.ends_at)
    return {
        member_id
        for member_id in ids - away
        if limits[member_id] is None and not lacks_of(community, [shift], member_id)
    }


def told_no(community_id: UUID, shift_id: UUID) -> set[UUID]:
    """Who took it on and was told by the leader that it is not for them."""
    vetoed = select(Substitution.taken_by_id).where(
        Substitution.community_id == community_id,
        Substitution.shift_id == shift_id,
        Substitution.state == "vetoed",
    )
    return {member_id for member_id in db.session.scalars(vetoed) if member_id is not None}


def _with_phone(community_id: UUID, member_ids: Collection[UUID]) -> set[UUID]:
    """Who of them can sign in: without a phone nobody can."""
    rows = db.session.scalars(
        select(Member.id).where(
            Member.community_id == community_id,
            Member.id.in_(member_ids),
            Member.state == "active",
            Member.phone_index.is_not(None),
        )
    )
    return set(rows)


def _known(community_id: UUID, shift_id: UUID) -> set[UUID]:
    """Who comes to the shift, or was asked to by the roster and has not answered."""
    coming = select(Signup.member_id).where(
        Signup.community_id == community_id,
        Signup.shift_id == shift_id,
        Signup.left_at.is_(None),
    )
    asked = (
        select(RosterEntry.member_id)
        .join(
            Duty,
            and_(Duty.community_id == RosterEntry.community_id, Duty.id == RosterEntry.duty_id),
        )
        .where(
            RosterEntry.community_id == community_id,
            RosterEntry.state == "proposed",
            Duty.shift_id == shift_id,
        )
    )
    return {*db.session.scalars(coming), *db.session.scalars(asked)}


def _is_asked(community_id: UUID, each: SubstitutionFacts, member_id: UUID) -> bool:
    if each.circle != "community":
        circle = asked_people(community_id, each.place_id, each.circle)
        if member_id not in circle:
            return False
    if member_id in told_no(community_id, each.shift_id):
        return False
    signed_up = select(Signup.id).where(
        Signup.community_id == community_id,
        Signup.shift_id == each.shift_id,
        Signup.member_id == member_id,
        Signup.left_at.is_(None),
    )
    return db.session.scalar(signed_up.limit(1)) is None


def _substitutions(community_id: UUID, *conditions: ColumnElement[bool]) -> list[SubstitutionFacts]:
    taker = aliased(Member)
    rows = db.session.execute(
        _columns(taker)
        .outerjoin(
            taker,
            and_(
                taker.community_id == Substitution.community_id,
                taker.id == Substitution.taken_by_id,
            ),
        )
        .where(Substitution.community_id == community_id, *conditions)
        .order_by(Substitution.asked_at.desc(), Substitution.id.desc())
        .limit(LIST_MAX)
    )
    return [SubstitutionFacts(*row) for row in rows]


def _columns(taker: Any) -> Any:
    home = Substitution.community_id
    room = or_(Shift.capacity.is_(None), Shift.signed_up_count < Shift.capacity)
    return (
        select(
            Substitution.id,
            Substitution.shift_id,
            Shift.place_id,
            Place.name,
            CarePlan.care,
            Shift.starts_at,
            Shift.ends_at,
            Substitution.left_by_id,
            Member.name,
            Substitution.reason,
            Substitution.circle,
            Substitution.state,
            Substitution.taken_by_id,
            taker.name,
            Substitution.veto_until,
            Substitution.veto_why,
            Substitution.thanked_at,
            room,
            Shift.cancelled_at.is_not(None),
            _is_signed_up(Substitution.left_by_id),
            _is_signed_up(Substitution.taken_by_id),
        )
        .select_from(Substitution)
        .join(Shift, and_(Shift.community_id == home, Shift.id == Substitution.shift_id))
        .join(Place, and_(Place.community_id == home, Place.id == Shift.place_id))
        .join(Member, and_(Member.community_id == home, Member.id == Substitution.left_by_id))
        .outerjoin(Duty, and_(Duty.community_id == home, Duty.shift_id == Substitution.shift_id))
        .outerjoin(CarePlan, and_(CarePlan.community_id == home, CarePlan.id == Duty.plan_id))
    )


def _is_signed_up(member_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Signup.community_id == Substitution.community_id,
        Signup.shift_id == Substitution.shift_id,
        Signup.member_id == member_id,
        Signup.left_at.is_(None),
    )
