"""The verbs of substitution (替班): not come, ask others, take on, say no to it, thank.

Who cannot come says so with a reason and is free: it is no absence, and counts against nobody
(《志愿服务条例》 art. 25). Who goes for somebody is signed up at once; of two at once the first goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.activities.engagements import hold_person
from pointsvc.activities.queries import ShiftFacts, get_shift, signed_up_shift_ids
from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.activities.service import leave, sign_up
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.members.telling import leave_message
from pointsvc.plots.errors import AlreadyTaken, DutyPassed, VetoOver
from pointsvc.plots.models import Duty, Substitution
from pointsvc.plots.people.availability import limits_at
from pointsvc.plots.people.rostering import refuse_limit, release_entries
from pointsvc.plots.people.substitutions import (
    asked_people,
    get_substitution,
    hindrance,
    reachable,
    told_no,
)
from pointsvc.plots.people.turns import substitutes_of
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.substituting import CIRCLES, first_circle, is_wider, veto_until

PLOT: Final = "plot"


@dataclass(frozen=True, slots=True)
class _Left:
    """Who cannot come, why, and whom that is asked."""

    by_id: UUID
    reason: str
    circle: str


def cannot_come(
    *, community_id: UUID, shift_id: UUID, member_id: UUID, reason: str, now: datetime
) -> None:
    """Leave a shift on a plot with a reason, and ask others to go; twice is once.

    Whoever waits in the line goes at once. Else the plot's substitutes are asked, where none of them
    could go the group, where nobody of it could everybody.

    Raises:
        NotFound: no shift on a plot. DutyPassed: it has begun.
    """
    shift = get_shift(community_id, shift_id)
    if shift.place_kind != PLOT:
        raise NotFound
    if shift.starts_at <= now:
        raise DutyPassed
    mine = {"community_id": community_id, "member_id": member_id}
    if not signed_up_shift_ids(**mine, shift_ids=[shift_id]):
        return
    moved_up = leave(**mine, shift_id=shift_id, now=now)
    _release(shift_id, by_id=member_id, now=now, **mine)
    _note(community_id, member_id, "plots.cannot_come", shift_id, now)
    circle = _first_circle(community_id, shift, but={member_id})
    is_news = not _circles_before(community_id, shift_id, member_id)
    _pass_on(community_id, shift, _Left(member_id, reason, circle), moved_up, now)
    if is_news:
        _tell(community_id, shift.led_by_id, "plots.substitute_wanted", shift, now, who=member_id)


def widen(
    *,
    community_id: UUID,
    scope: Scope,
    substitution_id: UUID,
    circle: str,
    widened_by_id: UUID,
    now: datetime,
) -> None:
    """Ask a wider circle: by the leader, or by who cannot come. One that is no wider is left.

    Raises:
        NotFound. Forbidden. AlreadyTaken.
    """
    asked = get_substitution(community_id, substitution_id)
    if asked.left_by_id != widened_by_id and not may_run_at(scope, asked.place_id):
        raise Forbidden
    if not is_wider(circle, asked.circle):
        return
    if not _change(community_id, substitution_id, "open", {"circle": circle}):
        raise AlreadyTaken
    _note(community_id, widened_by_id, "plots.substitution_widened", substitution_id, now)
    shift = get_shift(community_id, asked.shift_id)
    told = asked_people(community_id, asked.place_id, asked.circle)
    but = {asked.left_by_id, *told, *told_no(community_id, shift.id)}
    _tell_circle(community_id, shift, circle, but=but, now=now)


def take_on(*, community_id: UUID, substitution_id: UUID, member_id: UUID, now: datetime) -> None:
    """Go in somebody's place: signed up at once, and both sides and the leader know. Twice is once.

    Raises:
        NotFound: not asked. AlreadyTaken. AbsentThen. DutyOverlaps. WeekFull. ShiftFull.
        ShiftCancelled.
    """
    community = get_community(community_id)
    hold_person(community_id, member_id)
    asked = get_substitution(community_id, substitution_id)
    if asked.state == "taken" and asked.taken_by_id == member_id:
        return
    if asked.state != "open" or asked.starts_at <= now:
        raise AlreadyTaken
    limit = hindrance(community, asked, member_id)
    if limit == "not_asked":
        raise NotFound
    if limit != "uncovered":  # of which signing up says what is missing
        refuse_limit(limit, clock.local_day(asked.starts_at, community.zone))
    hours = community.settings.substitution_veto_hours
    values = {
        "state": "taken",
        "taken_by_id": member_id,
        "taken_at": now,
        "veto_until": veto_until(taken_at=now, starts_at=asked.starts_at, hours=hours),
    }
    if not _change(community_id, substitution_id, "open", values):
        raise AlreadyTaken
    sign_up(community_id=community_id, shift_id=asked.shift_id, member_id=member_id, now=now)
    _note(community_id, member_id, "plots.substitution_taken", substitution_id, now)
    shift = get_shift(community_id, asked.shift_id)
    _tell(community_id, asked.left_by_id, "plots.substitute_found", shift, now, who=member_id)
    _tell(community_id, shift.led_by_id, "plots.substitute_goes", shift, now, who=member_id)


def veto(
    *,
    community_id: UUID,
    scope: Scope,
    substitution_id: UUID,
    why: str,
    vetoed_by_id: UUID,
    now: datetime,
) -> None:
    """Say no to who took it on, with a word why, while there is time; the question opens again.

    Both are told: who meant to go, and who cannot come and believed that somebody does.

    Where nobody else was asked, a wider circle is.

    Raises:
        NotFound. Forbidden. VetoOver. Invalid: no word why.
    """
    taken = get_substitution(community_id, substitution_id)
    if not may_run_at(scope, taken.place_id):
        raise Forbidden
    if not why.strip():
        raise Invalid({"why": [_("请写一句为什么，本人会看到。")]})
    if taken.state == "vetoed":
        return
    values = {"state": "vetoed", "veto_why": why.strip(), "decided_by_id": vetoed_by_id}
    if not taken.may_be_vetoed(now) or not _change(community_id, substitution_id, "taken", values):
        raise VetoOver
    assert taken.taken_by_id is not None, "by constraint"
    shift = get_shift(community_id, taken.shift_id)
    moved_up = leave(
        community_id=community_id, shift_id=shift.id, member_id=taken.taken_by_id, now=now
    )
    _note(community_id, vetoed_by_id, "plots.substitution_vetoed", substitution_id, now)
    _tell(community_id, taken.taken_by_id, "plots.substitute_vetoed", shift, now)
    for_left = "plots.substitute_found" if moved_up else "plots.substitute_sought"
    if not taken.is_back:
        who = moved_up[0] if moved_up else None
        _tell(community_id, taken.left_by_id, for_left, shift, now, who=who)
    but = {taken.left_by_id, *told_no(community_id, shift.id)}
    circles = (taken.circle, _first_circle(community_id, shift, but=but))
    left = _Left(taken.left_by_id, taken.reason, max(circles, key=CIRCLES.index))
    _pass_on(community_id, shift, left, moved_up, now)


def come_after_all(
    *, community_id: UUID, substitution_id: UUID, member_id: UUID, now: datetime
) -> None:
    """Who left can come after all: they are signed up again and the question ends. Twice is once.

    Raises:
        NotFound: somebody else's. AlreadyTaken. DutyOverlaps: they mean to be elsewhere by now.
        ShiftFull. ShiftCancelled. ShiftOver.
    """
    community = get_community(community_id)
    hold_person(community_id, member_id)
    asked = get_substitution(community_id, substitution_id)
    if asked.left_by_id != member_id:
        raise NotFound
    if asked.state == "closed":
        return
    limit = limits_at(community, [member_id], asked.starts_at, asked.ends_at)[member_id]
    if limit == "overlaps" and not asked.is_back:
        refuse_limit(limit, clock.local_day(asked.starts_at, community.zone))
    if not _change(
        community_id, substitution_id, "open", {"state": "closed", "decided_by_id": member_id}
    ):
        raise AlreadyTaken
    sign_up(community_id=community_id, shift_id=asked.shift_id, member_id=member_id, now=now)
    _note(community_id, member_id, "plots.substitution_closed", substitution_id, now)


def thank(*, community_id: UUID, substitution_id: UUID, member_id: UUID, now: datetime) -> None:
    """Thank who goes or went in one's place; once is enough. Raises NotFound."""
    taken = get_substitution(community_id, substitution_id)
    if taken.left_by_id != member_id or taken.state != "taken" or taken.taken_by_id is None:
        raise NotFound
    if taken.thanked_at is None:
        _change(community_id, substitution_id, "taken", {"thanked_at": now})
        shift = get_shift(community_id, taken.shift_id)
        _tell(community_id, taken.taken_by_id, "plots.thanked", shift, now, who=member_id)


def _pass_on(
    community_id: UUID, shift: ShiftFacts, left: _Left, moved_up: list[UUID], now: datetime
) -> None:
    """Whoever waited goes in their place; else others are asked, nobody twice for the same person."""
    before = _circles_before(community_id, shift.id, left.by_id)
    _close_open(community_id, shift.id, left.by_id)
    values: dict[str, Any] = {"state": "open"}
    if moved_up:
        values = {"state": "taken", "taken_by_id": moved_up[0], "taken_at": now}
    db.session.add(
        Substitution(
            community_id=community_id,
            id=new_id(),
            shift_id=shift.id,
            left_by_id=left.by_id,
            reason=left.reason,
            circle=left.circle,
            asked_at=now,
            **values,
        )
    )
    db.session.flush()
    if not moved_up:
        told = (asked_people(community_id, shift.place_id, circle) for circle in before)
        but = {left.by_id, *told_no(community_id, shift.id)}.union(*told)
        _tell_circle(community_id, shift, left.circle, but=but, now=now)


def _circles_before(community_id: UUID, shift_id: UUID, left_by_id: UUID) -> set[str]:
    """Whom was asked already to go in this person's place."""
    asked = select(Substitution.circle).where(
        Substitution.community_id == community_id,
        Substitution.shift_id == shift_id,
        Substitution.left_by_id == left_by_id,
    )
    return set(db.session.scalars(asked))


def _close_open(community_id: UUID, shift_id: UUID, left_by_id: UUID) -> None:
    """A question that outlived its asker's coming back is closed before the next."""
    db.session.execute(
        update(Substitution)
        .where(
            Substitution.community_id == community_id,
            Substitution.shift_id == shift_id,
            Substitution.left_by_id == left_by_id,
            Substitution.state == "open",
        )
        .values(state="closed", decided_by_id=left_by_id)
    )


def _first_circle(community_id: UUID, shift: ShiftFacts, *, but: set[UUID]) -> str:
    """The smallest circle that has anybody else who reads it and could go."""
    plot, community = get_plot(community_id, shift.place_id), get_community(community_id)
    able = reachable(community, shift, {person.id for person in plot.people} - but)
    return first_circle(has_substitutes=bool(substitutes_of(plot) & able), has_group=bool(able))


def _release(
    shift_id: UUID, *, community_id: UUID, member_id: UUID, by_id: UUID, now: datetime
) -> None:
    duty_id = db.session.scalar(
        select(Duty.id).where(Duty.community_id == community_id, Duty.shift_id == shift_id)
    )
    if duty_id is not None:
        release_entries(
            community_id=community_id, duty_id=duty_id, member_id=member_id, by_id=by_id, now=now
        )


def _change(community_id: UUID, substitution_id: UUID, state: str, values: dict[str, Any]) -> bool:
    """Change it while it is in this state; of two at once only one does."""
    changed: int = db.session.execute(
        update(Substitution)
        .where(
            Substitution.community_id == community_id,
            Substitution.id == substitution_id,
            Substitution.state == state,
        )
        .values(values)
    ).rowcount  # type: ignore[attr-defined]
    return changed == 1


def _tell_circle(
    community_id: UUID, shift: ShiftFacts, circle: str, *, but: set[UUID], now: datetime
) -> None:
    people = asked_people(community_id, shift.place_id, circle) - but
    for member_id in sorted(reachable(get_community(community_id), shift, people)):
        _tell(community_id, member_id, "plots.substitute_asked", shift, now)


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
    shift: ShiftFacts,
    now: datetime,
    *,
    who: UUID | None = None,
) -> None:
    """`who` is named in the pages alone, to the leader and between the two whom it concerns."""
    named = {"who_id": str(who)} if who else {}
    at = clock.local(shift.starts_at, get_community(community_id).zone)
    leave_message(
        community_id=community_id,
        recipient_id=recipient_id,
        topic=topic,
        payload={"place": shift.place_name, "at": at.strftime("%Y-%m-%d %H:%M"), **named},
        now=now,
    )
