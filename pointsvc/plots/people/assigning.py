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
from pointsvc.plots.people.handing import find_taker, open_handover
from pointsvc.plots.people.remaining import leave_all, withdraw_questions
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
    wish_on: date | None = None,
) -> None:
    """Say yes, no, or "yes, but": a wish leaves the question open, and goes to who asked.

    Oneself, or at the clerk's desk for somebody who stands there. The same answer twice is one.
    A wish is words, another first day, or both. Yes to a spoken yes that was written down confirms it.

    Raises:
        NotFound: no such question, or somebody else's. AlreadyAnswered. Invalid: "but" without a wish.
    """
    asked = _locked(community_id, assignment_id)
    if asked is None or (asked.member_id != answered_by_id and not is_at_desk):
        raise NotFound
    if asked.state == answer:
        asked.spoken_to_id = None
        return
    if asked.state != "proposed":
        raise AlreadyAnswered
    wish = (wish or "").strip() or None
    if answer == "other" and wish is None and wish_on is None:
        raise Invalid({"wish": [_("请写上您方便的时间或想法。")]})
    asked.wish, asked.wish_on = wish, wish_on if answer == "other" else None
    if answer != "other":
        asked.state, asked.decided_at, asked.decided_by_id = answer, now, answered_by_id
    db.session.flush()
    if answer == "accepted":
        find_taker(
            community_id=community_id, place_id=asked.place_id, member_id=asked.member_id, now=now
        )
    _note(community_id, answered_by_id, f"plots.care_{answer}", assignment_id, now)
    if asked.proposed_by_id is not None:
        who = {"who_id": str(asked.member_id)}
        topic = f"plots.care_{answer}"
        _tell(community_id, asked.proposed_by_id, topic, asked.place_id, now, **who)


def end_assignment(
    *,
    community_id: UUID,
    scope: Scope,
    assignment_id: UUID,
    ended_by_id: UUID,
    now: datetime,
    leaves_signups: bool = False,
) -> None:
    """Stop caring for a plot, or take a question back; it costs nothing. Twice is once.

    By oneself, by who leads the plot's group, or by a clerk; the other side is told. What goes to
    the next one is listed in a hand-over. With `leaves_signups` the person's sign-ups at the plot
    that have not begun are given up too; else they stand. A spoken yes that was written down and never
    confirmed is undone by its person: it was no yes.

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
    is_own, cared = ended.member_id == ended_by_id, ended.state == "accepted"
    is_undone = is_own and cared and ended.spoken_to_id is not None
    other = ended.proposed_by_id if is_own else ended.member_id
    close_assignment(ended, "declined" if is_undone else "ended", ended_by_id, now)
    if leaves_signups and cared:
        leave_all(
            community_id=community_id, place_id=ended.place_id, member_id=ended.member_id, now=now
        )
    _note(community_id, ended_by_id, "plots.care_ended", assignment_id, now)
    topic = "plots.care_ended" if cared else "plots.care_taken_back"
    topic = "plots.care_undone" if is_undone else topic
    if other is not None:
        _tell(community_id, other, topic, ended.place_id, now)


def close_assignment(ended: Assignment, state: str, by_id: UUID | None, now: datetime) -> None:
    """Let an assignment be over; where somebody cared, a hand-over begins and open questions end."""
    cared = ended.state == "accepted"
    ended.state, ended.decided_at, ended.decided_by_id = state, now, by_id
    ended.renewal_ends_on = None
    db.session.flush()
    if cared:
        withdraw_questions(
            community_id=ended.community_id,
            place_id=ended.place_id,
            member_id=ended.member_id,
            by_id=by_id,
            now=now,
        )
    if cared and state == "ended":
        open_handover(
            community_id=ended.community_id,
            assignment_id=ended.id,
            place_id=ended.place_id,
            from_id=ended.member_id,
            now=now,
        )


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
    community_id: UUID,
    recipient_id: UUID,
    topic: str,
    place_id: UUID,
    now: datetime,
    **more: str,
) -> None:
    payload: dict[str, Any] = {"place": get_place(community_id, place_id).name, **more}
    leave_message(
        community_id=community_id,
        recipient_id=recipient_id,
        topic=topic,
        payload=payload,
        now=now,
    )
