"""How many things about plots wait for somebody's answer: one statement, for the first page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from pointsvc.activities.models import Shift, Signup
from pointsvc.extensions import db
from pointsvc.plots.models import Adoption, Assignment, Duty, RosterEntry, Substitution


def count_questions(
    community_id: UUID,
    member_id: UUID,
    now: datetime,
    *,
    place_ids: Collection[UUID],
    is_leader: bool,
) -> tuple[int, int]:
    """How many questions about caring for plots, and how many offers of corners, wait for an answer.

    The first are those of the page of my duties: to care for a plot, to come to a duty, to go for
    somebody; `place_ids` are the plots of one's groups. A leader is asked to go only where she cares
    for the plot herself. What has risks or overlaps is not counted: whether one may is asked there.
    """
    cares, comes = _cares(community_id, member_id), _comes(community_id, member_id, now)
    goes = _goes(community_id, member_id, now, [] if is_leader else place_ids)
    offered = _counted(
        Adoption,
        Adoption.community_id == community_id,
        Adoption.member_id == member_id,
        Adoption.state == "offered",
    )
    row = db.session.execute(select(cares, comes, goes, offered)).one()
    return row[0] + row[1] + row[2], row[3]


def _cares(community_id: UUID, member_id: UUID) -> ScalarSelect[int]:
    """A spoken yes that was written down waits as well, until its person says that it is so."""
    return _counted(
        Assignment,
        Assignment.community_id == community_id,
        Assignment.member_id == member_id,
        Assignment.state.in_(("proposed", "accepted")),
        or_(
            Assignment.state == "proposed",
            Assignment.spoken_to_id.is_not(None),
            Assignment.renewal_ends_on.is_not(None),
        ),
    )


def _comes(community_id: UUID, member_id: UUID, now: datetime) -> ScalarSelect[int]:
    """Asked by a roster to a duty that still misses somebody."""
    wanted = (
        select(func.count())
        .select_from(RosterEntry)
        .join(Duty, _same(Duty, RosterEntry, Duty.id == RosterEntry.duty_id))
        .join(Shift, _same(Shift, Duty, Shift.id == Duty.shift_id))
        .where(
            RosterEntry.community_id == community_id,
            RosterEntry.member_id == member_id,
            RosterEntry.state == "proposed",
            Duty.state == "planned",
            *_ahead(now),
            Shift.signed_up_count < Shift.capacity,
        )
    )
    return wanted.scalar_subquery()


def _goes(
    community_id: UUID, member_id: UUID, now: datetime, place_ids: Collection[UUID]
) -> ScalarSelect[int]:
    """Somebody cannot come and one is in the circle that was asked, free, and not told no."""
    other = aliased(Substitution)
    cares_for = exists().where(
        Assignment.community_id == community_id,
        Assignment.member_id == member_id,
        Assignment.place_id == Shift.place_id,
        Assignment.state == "accepted",
    )
    stands_in = cares_for.where(Assignment.is_substitute.is_(True))
    is_group = or_(Shift.place_id.in_(list(place_ids)), cares_for)
    was_told_no = exists().where(
        other.community_id == community_id,
        other.shift_id == Substitution.shift_id,
        or_(
            and_(other.state == "vetoed", other.taken_by_id == member_id),
            and_(other.state == "open", other.left_by_id == member_id),
        ),
    )
    wanted = (
        select(func.count(Substitution.shift_id.distinct()))
        .select_from(Substitution)
        .join(Shift, _same(Shift, Substitution, Shift.id == Substitution.shift_id))
        .where(
            Substitution.community_id == community_id,
            Substitution.state == "open",
            or_(
                and_(Substitution.circle == "substitutes", stands_in),
                and_(Substitution.circle == "group", is_group),
            ),
            *_ahead(now),
            or_(Shift.capacity.is_(None), Shift.signed_up_count < Shift.capacity),
            Shift.risk == "none",
            ~was_told_no,
            ~_is_busy(community_id, member_id),
        )
    )
    return wanted.scalar_subquery()


def _is_busy(community_id: UUID, member_id: UUID) -> ColumnElement[bool]:
    """Signed up for that shift, or for another at the same time."""
    booked = aliased(Shift)
    return exists().where(
        Signup.community_id == community_id,
        Signup.member_id == member_id,
        Signup.left_at.is_(None),
        booked.community_id == Signup.community_id,
        booked.id == Signup.shift_id,
        booked.cancelled_at.is_(None),
        booked.starts_at < Shift.ends_at,
        booked.ends_at > Shift.starts_at,
    )


def _counted(table: Any, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def _ahead(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Shift.starts_at > now, Shift.cancelled_at.is_(None)


def _same(one: Any, other: Any, key: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(one.community_id == other.community_id, key)
