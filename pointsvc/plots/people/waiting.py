"""How many things about plots wait for a member's answer: parts of one statement, for the first page.

They are those of the page of my duties and of my corners. They are asked with `community_id`, `member_id`,
`now` and `is_leader`: a leader is asked to go only where she cares for the plot herself. What has risks
or overlaps is not counted: whether one may is asked there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from pointsvc.activities.models import Shift, Signup
from pointsvc.organisation.queries import tended_by_member
from pointsvc.plots.models import Adoption, Assignment, Duty, RosterEntry, Substitution

COMMUNITY: Any = bindparam("community_id")
MEMBER: Any = bindparam("member_id")


def plots_offered() -> ScalarSelect[int]:
    """To care for a plot.

    A spoken yes that was written down waits as well, until its person says that it is so.
    """
    return _counted(
        Assignment,
        Assignment.community_id == COMMUNITY,
        Assignment.member_id == MEMBER,
        Assignment.state.in_(("proposed", "accepted")),
        or_(
            Assignment.state == "proposed",
            Assignment.spoken_to_id.is_not(None),
            Assignment.renewal_ends_on.is_not(None),
        ),
    )


def corners_offered() -> ScalarSelect[int]:
    """To adopt a corner."""
    return _counted(
        Adoption,
        Adoption.community_id == COMMUNITY,
        Adoption.member_id == MEMBER,
        Adoption.state == "offered",
    )


def duties_proposed() -> ScalarSelect[int]:
    """To come to a duty that still misses somebody, asked by a roster."""
    wanted = (
        select(func.count())
        .select_from(RosterEntry)
        .join(Duty, _same(Duty, RosterEntry, Duty.id == RosterEntry.duty_id))
        .join(Shift, _same(Shift, Duty, Shift.id == Duty.shift_id))
        .where(
            RosterEntry.community_id == COMMUNITY,
            RosterEntry.member_id == MEMBER,
            RosterEntry.state == "proposed",
            Duty.state == "planned",
            *_ahead(),
            Shift.signed_up_count < Shift.capacity,
        )
    )
    return wanted.scalar_subquery()


def places_to_fill() -> ScalarSelect[int]:
    """To go for somebody who cannot come: one is in the circle that was asked, free, and not told no."""
    other = aliased(Substitution)
    cares_for = exists().where(
        Assignment.community_id == COMMUNITY,
        Assignment.member_id == MEMBER,
        Assignment.place_id == Shift.place_id,
        Assignment.state == "accepted",
    )
    stands_in = cares_for.where(Assignment.is_substitute.is_(True))
    is_group = or_(
        and_(~bindparam("is_leader", type_=Boolean), Shift.place_id.in_(tended_by_member())),
        cares_for,
    )
    was_told_no = exists().where(
        other.community_id == COMMUNITY,
        other.shift_id == Substitution.shift_id,
        or_(
            and_(other.state == "vetoed", other.taken_by_id == MEMBER),
            and_(other.state == "open", other.left_by_id == MEMBER),
        ),
    )
    wanted = (
        select(func.count(Substitution.shift_id.distinct()))
        .select_from(Substitution)
        .join(Shift, _same(Shift, Substitution, Shift.id == Substitution.shift_id))
        .where(
            Substitution.community_id == COMMUNITY,
            Substitution.state == "open",
            or_(
                and_(Substitution.circle == "substitutes", stands_in),
                and_(Substitution.circle == "group", is_group),
            ),
            *_ahead(),
            or_(Shift.capacity.is_(None), Shift.signed_up_count < Shift.capacity),
            Shift.risk == "none",
            ~was_told_no,
            ~_is_busy(),
        )
    )
    return wanted.scalar_subquery()


def _is_busy() -> ColumnElement[bool]:
    """Signed up for that shift, or for another at the same time."""
    booked = aliased(Shift)
    return exists().where(
        Signup.community_id == COMMUNITY,
        Signup.member_id == MEMBER,
        Signup.left_at.is_(None),
        booked.community_id == Signup.community_id,
        booked.id == Signup.shift_id,
        booked.cancelled_at.is_(None),
        booked.starts_at < Shift.ends_at,
        booked.ends_at > Shift.starts_at,
    )


def _counted(table: Any, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def _ahead() -> tuple[ColumnElement[bool], ...]:
    return Shift.starts_at > bindparam("now"), Shift.cancelled_at.is_(None)


def _same(one: Any, other: Any, key: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(one.community_id == other.community_id, key)
