"""The verbs of assignments: ask, answer, end. Nobody is assigned by force, and saying no costs nothing.

Source: 《志愿服务条例》 art. 25.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_place
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.members.telling import leave_message
from pointsvc.organisation.queries import people_of_groups, tended_places
from pointsvc.plots.errors import AlreadyAnswered, AlreadyAsked, NotOfGroup
from pointsvc.plots.models import Assignment
from pointsvc.plots.queries import get_plot
from pointsvc.plots.service import know_plot

Answer = Literal["accepted", "declined", "other"]
LIVE: Final = ("proposed", "accepted")


def propose_assignment(
    *,
    community_id: UUID,
    scope: Scope,
    proposed_by_id: UUID,
    assignment_id: UUID,
    place_id: UUID,
    member_id: UUID,
    is_substitute: bool,
    starts_on: date,
    ends_on: date | None,
    now: datetime,
) -> None:
    """Ask somebody of the plot's group to care for it for a term; they are told, and answer.

    The same id is one question, however often it comes.

    Raises:
        NotFound: the plot. Forbidden: not the caller's. NotOfGroup. AlreadyAsked: they were asked,
        or care for it. Invalid: a term that ends before it begins.
    """
    get_plot(community_id, place_id)
    if not may_run_at(scope, place_id):
        raise Forbidden
    if ends_on is not None and ends_on < starts_on:
        raise Invalid({"ends_on": [_("期满须不早于开始。")]})
    group_id = tended_places(community_id).get(place_id)
    if not group_id or member_id not in people_of_groups(community_id, [group_id])[group_id]:
        raise NotOfGroup
    if _known(community_id, assignment_id, place_id, member_id):
        return
    know_plot(community_id=community_id, place_id=place_id)
    db.session.add(
        Assignment(
            community_id=community_id,
            id=assignment_id,
            place_id=place_id,
            member_id=member_id,
            state="proposed",
            proposed_by_id=proposed_by_id,
            proposed_at=now,
            is_substitute=is_substitute,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )
    db.session.flush()
    _note(community_id, proposed_by_id, "plots.care_proposed", assignment_id, now)
    _tell(community_id, member_id, "plots.asked", place_id, now)


def answer_assignment(
    *,
    community_id: UUID,
    assignment_id: UUID,
    answer: Answer,
    wish: str | None,
    answered_by_id: UUID,
    is_at_desk: bool,
    now: datetime,
) -> None:
    """Say yes, no, or "yes, but": a wish leaves the question open, and goes to who asked.

    Oneself, or at the clerk's desk for somebody who stands there. The same answer twice is one.

    Raises:
        NotFound: no such question, or somebody else's. AlreadyAnswered. Invalid: "but" without a wish.
    """
    asked = _locked(community_id, assignment_id)
    if asked is None or (asked.member_id != answered_by_id and not is_at_desk):
        raise NotFound
    if asked.state == answer:
        return
    if asked.state != "proposed":
        raise AlreadyAnswered
    wish = (wish or "").strip() or None
    if answer == "other" and wish is None:
        raise Invalid({"wish": [_("请写上您方便的时间或想法。")]})
    asked.wish = wish
    if answer != "other":
        asked.state, asked.decided_at, asked.decided_by_id = answer, now, answered_by_id
    db.session.flush()
    _note(community_id, answered_by_id, f"plots.care_{answer}", assignment_id, now)
    if asked.proposed_by_id is not None:
        _tell(community_id, asked.proposed_by_id, f"plots.care_{answer}", asked.place_id, now)


def end_assignment(
    *,
    community_id: UUID,
    scope: Scope,
    assignment_id: UUID,
    ended_by_id: UUID,
    now: datetime,
) -> None:
    """Stop caring for a plot, or take a question back; it costs nothing. Twice is once.

    By oneself, by who leads the plot's group, or by a clerk; the other side is told.

    Raises:
        NotFound. Forbidden: neither one's own nor one's plot.
    """
    ended = _locked(community_id, assignment_id)
    if ended is None:
        raise NotFound
    if ended.member_id != ended_by_id and not may_run_at(scope, ended.place_id):
        raise Forbidden
    if ended.state not in LIVE:
        return
    topic = "plots.care_ended" if ended.state == "accepted" else "plots.care_taken_back"
    ended.state, ended.decided_at, ended.decided_by_id = "ended", now, ended_by_id
    db.session.flush()
    _note(community_id, ended_by_id, "plots.care_ended", assignment_id, now)
    other = ended.proposed_by_id if ended.member_id == ended_by_id else ended.member_id
    if other is not None:
        _tell(community_id, other, topic, ended.place_id, now)


def _known(community_id: UUID, id_: UUID, place_id: UUID, member_id: UUID) -> bool:
    """Whether this very question was asked; refuses another one to the same person."""
    live = select(Assignment.id).where(
        Assignment.community_id == community_id,
        Assignment.place_id == place_id,
        Assignment.member_id == member_id,
        Assignment.state.in_(LIVE),
    )
    found = db.session.scalar(live)
    if found is not None and found != id_:
        raise AlreadyAsked
    return found is not None


def _locked(community_id: UUID, assignment_id: UUID) -> Assignment | None:
    wanted = select(Assignment).where(
        Assignment.community_id == community_id, Assignment.id == assignment_id
    )
    return db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def _note(community_id: UUID, by_id: UUID, action: str, subject_id: UUID, now: datetime) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=subject_id,
        now=now,
    )


def _tell(
    community_id: UUID, recipient_id: UUID, topic: str, place_id: UUID, now: datetime
) -> None:
    payload: dict[str, Any] = {"place": get_place(community_id, place_id).name}
    leave_message(
        community_id=community_id,
        recipient_id=recipient_id,
        topic=topic,
        payload=payload,
        now=now,
    )
