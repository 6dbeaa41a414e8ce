"""More verbs of assignments: a spoken yes written down, an answer to a wish, a renewal, the end of a term.

Source: 《志愿服务条例》 art. 25: what is said for somebody is told to them, and they undo it for free.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community, get_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.members.telling import leave_message
from pointsvc.plots.errors import AlreadyAnswered, NotRenewable
from pointsvc.plots.models import Assignment
from pointsvc.plots.people.assigning import close_assignment
from pointsvc.plots.people.handing import find_taker
from pointsvc.plots.rules.terms import REMINDED_BEFORE, is_to_be_reminded, moved_term


def write_down_yes(
    *, community_id: UUID, scope: Scope, assignment_id: UUID, written_by_id: UUID, now: datetime
) -> None:
    """Write down a yes that was said face to face: it counts, is marked, and the person is told.

    Until they confirm it, they can undo it as if they had never been asked. Twice is once.

    Raises:
        NotFound. Forbidden: not the caller's plot. AlreadyAnswered.
    """
    asked = _led(community_id, scope, assignment_id)
    if asked.state == "accepted" and asked.spoken_to_id is not None:
        return
    if asked.state != "proposed":
        raise AlreadyAnswered
    asked.state, asked.decided_at, asked.decided_by_id = "accepted", now, written_by_id
    asked.spoken_to_id, asked.wish, asked.wish_on = written_by_id, None, None
    db.session.flush()
    _note(community_id, Actor("member", written_by_id), "plots.care_spoken", asked, now)
    _tell(community_id, asked.member_id, "plots.care_spoken", asked, now)
    find_taker(
        community_id=community_id, place_id=asked.place_id, member_id=asked.member_id, now=now
    )


def ask_anew(
    *,
    community_id: UUID,
    scope: Scope,
    assignment_id: UUID,
    asked_by_id: UUID,
    starts_on: date,
    now: datetime,
) -> None:
    """Answer a wish: the same question from another day on, for as long; they are asked anew.

    Raises:
        NotFound. Forbidden: not the caller's plot. AlreadyAnswered.
    """
    asked = _led(community_id, scope, assignment_id)
    if asked.state != "proposed":
        raise AlreadyAnswered
    today = clock.local_day(now, get_community(community_id).zone)
    asked.ends_on = moved_term(asked.starts_on or today, asked.ends_on, starts_on)
    asked.starts_on, asked.wish, asked.wish_on = starts_on, None, None
    asked.proposed_by_id, asked.proposed_at = asked_by_id, now
    db.session.flush()
    _note(community_id, Actor("member", asked_by_id), "plots.care_proposed", asked, now)
    _tell(community_id, asked.member_id, "plots.asked_anew", asked, now, day=starts_on.isoformat())


def ask_to_go_on(
    *,
    community_id: UUID,
    scope: Scope,
    assignment_id: UUID,
    asked_by_id: UUID,
    ends_on: date,
    now: datetime,
) -> None:
    """Ask who cares for the plot to go on until another day: a new question, answered as the first.

    Raises:
        NotFound. Forbidden: not the caller's plot. NotRenewable: does not care for it, or no longer.
    """
    asked = _led(community_id, scope, assignment_id)
    if asked.state != "accepted" or (asked.ends_on is not None and ends_on <= asked.ends_on):
        raise NotRenewable
    asked.renewal_ends_on = ends_on
    db.session.flush()
    _note(community_id, Actor("member", asked_by_id), "plots.renewal_asked", asked, now)
    _tell(community_id, asked.member_id, "plots.renewal_asked", asked, now, day=ends_on.isoformat())


def answer_renewal(
    *,
    community_id: UUID,
    assignment_id: UUID,
    goes_on: bool,
    answered_by_id: UUID,
    is_at_desk: bool,
    now: datetime,
) -> None:
    """Go on until the day that was asked for, or let the term end as agreed; it costs nothing.

    Raises:
        NotFound: no such question, or somebody else's. AlreadyAnswered.
    """
    asked = _locked(community_id, assignment_id)
    if asked is None or (asked.member_id != answered_by_id and not is_at_desk):
        raise NotFound
    if asked.state != "accepted" or asked.renewal_ends_on is None:
        raise AlreadyAnswered
    if goes_on:
        asked.ends_on, asked.reminded_on = asked.renewal_ends_on, None
    asked.renewal_ends_on = None
    db.session.flush()
    topic = "plots.renewal_accepted" if goes_on else "plots.renewal_declined"
    _note(community_id, Actor("member", answered_by_id), topic, asked, now)
    if asked.proposed_by_id is not None:
        who_id = str(asked.member_id)
        _tell(community_id, asked.proposed_by_id, topic, asked, now, who_id=who_id)


def watch_terms(*, community_id: UUID, now: datetime) -> tuple[int, int]:
    """Remind of terms that end within thirty days, end those that are over; how many of each.

    A term with an open question whether to go on is left until it is answered.
    """
    today = clock.local_day(now, get_community(community_id).zone)
    ending = select(Assignment).where(
        Assignment.community_id == community_id,
        Assignment.state == "accepted",
        Assignment.ends_on <= today + REMINDED_BEFORE,
    )
    reminded = ended = 0
    for each in db.session.scalars(ending.with_for_update()).all():
        if is_to_be_reminded(ends_on=each.ends_on, reminded_on=each.reminded_on, today=today):
            _remind(each, today, now)
            reminded += 1
        if each.ends_on is not None and each.ends_on < today and each.renewal_ends_on is None:
            _end(each, now)
            ended += 1
    return reminded, ended


def _remind(each: Assignment, today: date, now: datetime) -> None:
    assert each.ends_on is not None
    each.reminded_on = today
    day = each.ends_on.isoformat()
    for whom in {each.member_id, each.proposed_by_id} - {None}:
        assert whom is not None
        _tell(each.community_id, whom, "plots.term_ends", each, now, day=day)


def _end(each: Assignment, now: datetime) -> None:
    close_assignment(each, "ended", None, now)
    _note(each.community_id, SYSTEM, "plots.care_ended", each, now)
    for whom in {each.member_id, each.proposed_by_id} - {None}:
        assert whom is not None
        _tell(each.community_id, whom, "plots.term_over", each, now)


def _led(community_id: UUID, scope: Scope, assignment_id: UUID) -> Assignment:
    found = _locked(community_id, assignment_id)
    if found is None:
        raise NotFound
    if not may_run_at(scope, found.place_id):
        raise Forbidden
    return found


def _locked(community_id: UUID, assignment_id: UUID) -> Assignment | None:
    wanted = select(Assignment).where(
        Assignment.community_id == community_id, Assignment.id == assignment_id
    )
    return db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def _note(
    community_id: UUID, actor: Actor, action: str, subject: Assignment, now: datetime
) -> None:
    note(community_id=community_id, actor=actor, action=action, subject_id=subject.id, now=now)


def _tell(
    community_id: UUID,
    recipient_id: UUID,
    topic: str,
    subject: Assignment,
    now: datetime,
    **more: Any,
) -> None:
    leave_message(
        community_id=community_id,
        recipient_id=recipient_id,
        topic=topic,
        payload={"place": get_place(community_id, subject.place_id).name, **more},
        now=now,
    )
