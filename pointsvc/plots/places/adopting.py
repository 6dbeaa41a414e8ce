"""The verbs of adopted corners (认养): offer, answer, give notice, end.

Sources: 《北京市绿化条例》 art. 33, 37 (an agreement with who manages the land, for a term); 南阳 art. 18
(no structures, no change of use or property, no slack care, ends by agreement and reverts to the
owner); a city's rule of thirty days' notice. Nobody takes a corner on by force (《志愿服务条例》 art. 25).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community, get_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.once import check_same
from pointsvc.kernel.outcomes import insert_once
from pointsvc.members.queries import get_member
from pointsvc.members.telling import leave_message
from pointsvc.organisation.queries import people_of_groups, tended_places
from pointsvc.plots.errors import AlreadyAnswered, CornerTaken, NotOfGroup
from pointsvc.plots.models import Adoption
from pointsvc.plots.places.describing import outline_in
from pointsvc.plots.places.outline_words import fault_in_words
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.insides import first_outside
from pointsvc.plots.rules.outlines import Outline, OutlineFault
from pointsvc.plots.rules.terms import (
    CLAUSES_VERSION,
    LIVE,
    adoption_ends_on,
    is_to_be_reminded,
)
from pointsvc.plots.service import know_plot
from pointsvc.plots.settings import plot_settings

SAID: Final = ("place_id", "corner", "outline", "member_id", "starts_on", "ends_on", "notice_days")


def offer_corner(
    *,
    community_id: UUID,
    scope: Scope,
    offered_by_id: UUID,
    adoption_id: UUID,
    place_id: UUID,
    member_id: UUID,
    corner: str,
    corners: str | None,
    starts_on: date,
    ends_on: date,
    notice_days: int,
    now: datetime,
) -> None:
    """Offer a corner of a plot to a resident for a term; they are told, and answer.

    A clerk offers it to any resident, a leader to those of the plot's group: they know nobody else.
    The same id is one offer.

    Raises:
        NotFound: the plot, the resident. Forbidden: not the caller's plot. NotOfGroup. CornerTaken.
        Invalid: a term that ends before it begins, corners that are no outline, or reach out of the
        plot. IdTaken.
    """
    plot = get_plot(community_id, place_id)
    get_member(community_id, member_id)
    if not may_run_at(scope, place_id):
        raise Forbidden
    if not scope.is_everywhere and member_id not in _group_of(community_id, place_id):
        raise NotOfGroup
    if ends_on < starts_on:
        raise Invalid({"ends_on": [_("期满须不早于开始。")]})
    know_plot(community_id=community_id, place_id=place_id)
    row = {
        "community_id": community_id,
        "id": adoption_id,
        "place_id": place_id,
        "corner": " ".join(corner.split()),
        "outline": _outline(community_id, corners, plot.outline),
        "member_id": member_id,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "clauses_version": CLAUSES_VERSION,
        "state": "offered",
        "offered_by_id": offered_by_id,
        "offered_at": now,
        "notice_days": notice_days,
    }
    if not insert_once(Adoption, [row]):
        if not check_same(Adoption, row, SAID):
            raise CornerTaken
        return
    offered = _locked(community_id, adoption_id)
    _note(Actor("member", offered_by_id), "plots.corner_offered", offered, now)
    _tell(member_id, "plots.corner_offered", offered, now)


def answer_offer(
    *,
    community_id: UUID,
    adoption_id: UUID,
    accepts: bool,
    answered_by_id: UUID,
    is_at_desk: bool,
    now: datetime,
) -> None:
    """Take the corner under its clauses, or not. The same answer twice is one.

    Raises:
        NotFound: no such offer, or somebody else's. AlreadyAnswered.
    """
    offered = _locked(community_id, adoption_id)
    if offered.member_id != answered_by_id and not is_at_desk:
        raise NotFound
    state = "active" if accepts else "declined"
    if offered.state == state:
        return
    if offered.state != "offered":
        raise AlreadyAnswered
    offered.state, offered.decided_at, offered.decided_by_id = state, now, answered_by_id
    db.session.flush()
    topic = "plots.corner_accepted" if accepts else "plots.corner_declined"
    _note(Actor("member", answered_by_id), topic, offered, now)
    _tell(offered.offered_by_id, topic, offered, now)


def give_notice(
    *,
    community_id: UUID,
    scope: Scope,
    adoption_id: UUID,
    given_by_id: UUID,
    reason: str | None,
    now: datetime,
) -> date:
    """End an adoption after its days of notice, by either side; its last day. The other side is told.

    An offer that nobody answered is taken back at once. A second notice changes nothing.

    Raises:
        NotFound. Forbidden: neither one's own corner nor one's plot. AlreadyAnswered: it is over.
    """
    lent = _locked(community_id, adoption_id)
    is_own = lent.member_id == given_by_id
    if not is_own and not may_run_at(scope, lent.place_id):
        raise Forbidden
    today = clock.local_day(now, get_community(community_id).zone)
    if lent.state not in LIVE:
        raise AlreadyAnswered
    if lent.state == "notice":
        return _last_day(lent)
    lent.reason = (reason or "").strip() or None
    if lent.state == "offered":
        lent.state, lent.decided_at, lent.decided_by_id = "ended", now, given_by_id
    else:
        lent.state, lent.notice_on, lent.notice_by_id = "notice", today, given_by_id
    db.session.flush()
    _note(Actor("member", given_by_id), "plots.corner_notice", lent, now)
    other = lent.offered_by_id if is_own else lent.member_id
    if lent.state == "ended":
        _tell(other, "plots.corner_taken_back", lent, now)
        return today
    _tell(other, "plots.corner_notice", lent, now, day=_last_day(lent).isoformat())
    return _last_day(lent)


def watch_adoptions(*, community_id: UUID, now: datetime) -> tuple[int, int]:
    """Remind of terms that end within thirty days, end what is over; how many of each.

    An offer whose term is over unanswered ends too: its corner is free.
    """
    today = clock.local_day(now, get_community(community_id).zone)
    live = select(Adoption).where(Adoption.community_id == community_id, Adoption.state.in_(LIVE))
    reminded = ended = 0
    for lent in db.session.scalars(live.with_for_update()).all():
        is_due = is_to_be_reminded(ends_on=lent.ends_on, reminded_on=lent.reminded_on, today=today)
        if lent.state == "active" and is_due:
            lent.reminded_on = today
            _tell_both("plots.corner_term_ends", lent, now, day=lent.ends_on.isoformat())
            reminded += 1
        if _last_day(lent) < today:
            lent.state, lent.decided_at, lent.decided_by_id = "ended", now, None
            db.session.flush()
            _note(SYSTEM, "plots.corner_ended", lent, now)
            _tell_both("plots.corner_ended", lent, now)
            ended += 1
    return reminded, ended


def _group_of(community_id: UUID, place_id: UUID) -> list[UUID]:
    group_id = tended_places(community_id).get(place_id)
    return people_of_groups(community_id, [group_id])[group_id] if group_id else []


def _last_day(lent: Adoption) -> date:
    return adoption_ends_on(
        state=lent.state,
        ends_on=lent.ends_on,
        notice_on=lent.notice_on,
        notice_days=lent.notice_days,
    )


def _outline(community_id: UUID, corners: str | None, around: Outline | None) -> str | None:
    """As it is kept; inside the plot, where that one is drawn."""
    if not (corners or "").strip():
        return None
    found = outline_in(corners or "", plot_settings(community_id).extent)
    if isinstance(found, OutlineFault):
        raise Invalid({"corners": [fault_in_words(found)]})
    out = first_outside(found.corners, around.corners) if around else None
    if out is not None:
        raise Invalid({"corners": [_("第 %(number)s 个角那里出了这块田的边界。", number=out)]})
    return str(found)


def _locked(community_id: UUID, adoption_id: UUID) -> Adoption:
    wanted = select(Adoption).where(
        Adoption.community_id == community_id, Adoption.id == adoption_id
    )
    found = db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _note(actor: Actor, action: str, lent: Adoption, now: datetime) -> None:
    note(
        community_id=lent.community_id,
        actor=actor,
        action=action,
        subject_id=lent.id,
        now=now,
        detail={"member_id": str(lent.member_id), "place_id": str(lent.place_id)},
    )


def _tell_both(topic: str, lent: Adoption, now: datetime, **more: Any) -> None:
    for whom in {lent.member_id, lent.offered_by_id}:
        _tell(whom, topic, lent, now, **more)


def _tell(recipient_id: UUID, topic: str, lent: Adoption, now: datetime, **more: Any) -> None:
    place = get_place(lent.community_id, lent.place_id).name
    leave_message(
        community_id=lent.community_id,
        recipient_id=recipient_id,
        topic=topic,
        payload={"place": place, "corner": lent.corner, **more},
        now=now,
    )
