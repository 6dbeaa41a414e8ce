"""The verbs of hand-overs: begun when somebody stops, ticked by both sides, done."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_place
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.outcomes import insert_once
from pointsvc.members.telling import leave_message
from pointsvc.plots.errors import HandoverClosed, NotOfGroup
from pointsvc.plots.models import Assignment, Handover, HandoverLine
from pointsvc.plots.rules.handovers import is_handed_over
from pointsvc.plots.settings import plot_settings

Side = Literal["given", "taken"]


def open_handover(
    *, community_id: UUID, assignment_id: UUID, place_id: UUID, from_id: UUID, now: datetime
) -> None:
    """Begin a hand-over of the community's list; one for an assignment, however often it is asked for."""
    handover_id = new_id()
    row = {
        "community_id": community_id,
        "id": handover_id,
        "place_id": place_id,
        "assignment_id": assignment_id,
        "from_id": from_id,
        "to_id": None,
        "state": "open",
        "opened_at": now,
        "closed_at": None,
    }
    if not insert_once(Handover, [row]):
        return
    db.session.add_all(
        HandoverLine(
            community_id=community_id,
            id=new_id(),
            handover_id=handover_id,
            position=position,
            words=words,
        )
        for position, words in enumerate(plot_settings(community_id).checklist, 1)
    )
    db.session.flush()


def find_taker(*, community_id: UUID, place_id: UUID, member_id: UUID, now: datetime) -> None:
    """Who takes the plot on takes over what waits there for somebody; they are told."""
    waiting = (
        update(Handover)
        .where(
            Handover.community_id == community_id,
            Handover.place_id == place_id,
            Handover.state == "open",
            Handover.to_id.is_(None),
            Handover.from_id != member_id,
        )
        .values(to_id=member_id)
        .returning(Handover.id)
    )
    if db.session.scalars(waiting).all():
        _tell(community_id, member_id, "plots.handover", place_id, now)


def name_taker(
    *,
    community_id: UUID,
    scope: Scope,
    named_by_id: UUID,
    handover_id: UUID,
    member_id: UUID,
    now: datetime,
) -> None:
    """Say who of those who care for the plot takes over; they are told.

    Raises:
        NotFound. Forbidden: not the caller's plot. HandoverClosed. NotOfGroup: does not care for it.
    """
    handover = _locked(community_id, handover_id)
    if not may_run_at(scope, handover.place_id):
        raise Forbidden
    if handover.state != "open":
        raise HandoverClosed
    if not _cares(community_id, handover.place_id, member_id):
        raise NotOfGroup
    handover.to_id = member_id
    db.session.flush()
    _note(community_id, named_by_id, "plots.handover_named", handover_id, now)
    _tell(community_id, member_id, "plots.handover", handover.place_id, now)


def tick_handover(
    *,
    community_id: UUID,
    scope: Scope,
    ticked_by_id: UUID,
    handover_id: UUID,
    side: Side,
    positions: set[int],
    now: datetime,
) -> bool:
    """Tick lines as given or as taken; whether the hand-over is done by now.

    Each side for itself; who leads the plot and the clerk at the desk for whoever stands there. What was
    ticked stays ticked, by whoever was first.

    Raises:
        NotFound. Forbidden: neither side, nor the caller's plot. HandoverClosed.
    """
    handover = _locked(community_id, handover_id)
    own = handover.from_id if side == "given" else handover.to_id
    if ticked_by_id != own and not may_run_at(scope, handover.place_id):
        raise Forbidden
    if handover.state != "open":
        raise HandoverClosed
    lines = _lines(community_id, handover_id)
    for line in lines:
        if line.position in positions:
            _tick(line, side, ticked_by_id, now)
    is_done = is_handed_over([(line.given_at, line.taken_at) for line in lines])
    if is_done:
        handover.state, handover.closed_at = "done", now
    db.session.flush()
    _note(community_id, ticked_by_id, f"plots.handover_{side}", handover_id, now)
    return is_done


def close_handover(
    *, community_id: UUID, scope: Scope, closed_by_id: UUID, handover_id: UUID, now: datetime
) -> None:
    """Say that nothing is left to hand over. Twice is once. Raises NotFound, Forbidden."""
    handover = _locked(community_id, handover_id)
    if not may_run_at(scope, handover.place_id):
        raise Forbidden
    if handover.state != "open":
        return
    handover.state, handover.closed_at = "done", now
    db.session.flush()
    _note(community_id, closed_by_id, "plots.handover_closed", handover_id, now)


def _tick(line: HandoverLine, side: Side, by_id: UUID, now: datetime) -> None:
    if side == "given" and line.given_at is None:
        line.given_at, line.given_by_id = now, by_id
    if side == "taken" and line.taken_at is None:
        line.taken_at, line.taken_by_id = now, by_id


def _locked(community_id: UUID, handover_id: UUID) -> Handover:
    wanted = select(Handover).where(
        Handover.community_id == community_id, Handover.id == handover_id
    )
    found = db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _lines(community_id: UUID, handover_id: UUID) -> list[HandoverLine]:
    wanted = select(HandoverLine).where(
        HandoverLine.community_id == community_id, HandoverLine.handover_id == handover_id
    )
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def _cares(community_id: UUID, place_id: UUID, member_id: UUID) -> bool:
    wanted = select(Assignment.id).where(
        Assignment.community_id == community_id,
        Assignment.place_id == place_id,
        Assignment.member_id == member_id,
        Assignment.state == "accepted",
    )
    return db.session.scalar(wanted) is not None


def _note(community_id: UUID, by_id: UUID, action: str, subject_id: UUID, now: datetime) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=subject_id,
        now=now,
    )


def _tell(community_id: UUID, member_id: UUID, topic: str, place_id: UUID, now: datetime) -> None:
    leave_message(
        community_id=community_id,
        recipient_id=member_id,
        topic=topic,
        payload={"place": get_place(community_id, place_id).name},
        now=now,
    )
