"""The verbs that turn a care calendar into shifts: look first, then write; move one, hold one.

Only days after today are written, so that no scan of today meets a change. What somebody joined, or a
person moved, is left as it is (`rules.calendar.decide_generation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.planned import change_planned, release_all
from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.activities.service import cancel_shift
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.plots.calendar.calendars import DutyFacts, get_duty, get_plan, last_planned
from pointsvc.plots.calendar.making import Generated, generations, leading_at, set_duties, write_all
from pointsvc.plots.calendar.moving import tell_of_move
from pointsvc.plots.errors import DutyJoined, DutyPassed
from pointsvc.plots.models import Duty
from pointsvc.plots.rules.calendar import Generation, span_of

HORIZON: Final = timedelta(weeks=8)
HORIZON_MAX: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a generation would do on one plot; `has_leader` is False where nobody would lead the shifts."""

    place_id: UUID
    until: date
    generation: Generation
    has_leader: bool


def preview_calendar(
    *, community_id: UUID, scope: Scope, place_ids: Sequence[UUID], until: date, now: datetime
) -> list[Preview]:
    """What generating would do from tomorrow until a day, plot by plot; nothing is written.

    Raises:
        Forbidden: a plot that is not the caller's. Invalid: a day that has passed, or a year away.
    """
    community = get_community(community_id)
    _check(community, scope, place_ids, until, now)
    leaders = leading_at(community_id)
    return [
        Preview(place_id, until, made, place_id in leaders)
        for place_id, made in generations(community, place_ids, until, now)
    ]


def generate_calendar(
    *,
    community_id: UUID,
    scope: Scope,
    generated_by_id: UUID,
    place_ids: Sequence[UUID],
    until: date,
    now: datetime,
) -> list[Generated]:
    """Make the duties what the calendar wants, from tomorrow until a day; any number of times.

    A plot whose group has no leader is left out: a shift needs somebody who opens it.

    Raises:
        Forbidden. Invalid: see `preview_calendar`.
    """
    community = get_community(community_id)
    _check(community, scope, place_ids, until, now)
    leaders = leading_at(community_id)
    led = [place_id for place_id in place_ids if place_id in leaders]
    done = write_all(
        community=community,
        made=list(generations(community, led, until, now)),
        leaders=leaders,
        made_by_id=generated_by_id,
        now=now,
    )
    for each in done:
        if each.new_count or each.changed_count or each.withdrawn_count:
            detail = {"until": until.isoformat(), "new": each.new_count}
            detail |= {"changed": each.changed_count, "withdrawn": each.withdrawn_count}
            _note(community_id, generated_by_id, "plots.calendar_made", each.place_id, now, detail)
    return done


def extend_calendars(*, community_id: UUID, now: datetime) -> int:
    """Carry calendars that were made once on to the horizon; how many duties are new (nightly).

    Plots for which nobody has made a calendar are left alone: the first time a person looks first.
    """
    community = get_community(community_id)
    today = clock.local_day(now, community.zone)
    leaders = leading_at(community_id)
    begun = [place for place in last_planned(community_id, list(leaders)) if place in leaders]
    found = generations(community, begun, today + HORIZON, now)
    done = write_all(
        community=community,
        made=[(place_id, Generation(new=made.new)) for place_id, made in found],
        leaders=leaders,
        made_by_id=None,
        now=now,
    )
    return sum(each.new_count for each in done)


def move_duty(
    *,
    community_id: UUID,
    scope: Scope,
    moved_by_id: UUID,
    duty_id: UUID,
    due_on: date,
    at_minute: int,
    now: datetime,
) -> DutyFacts:
    """Do only this one on another day or at another time; the calendar leaves it alone from then on.

    Whoever was asked to come and has not answered is told the new time.

    Raises:
        NotFound. Forbidden. DutyPassed. DutyJoined: people signed up for the time that was agreed.
        Invalid: a day that has passed, or a year away.
    """
    community, duty = _own(community_id, scope, duty_id)
    _check(community, scope, [duty.place_id], due_on, now)
    _check_ahead(duty, now)
    minutes = get_plan(community_id, duty.plan_id).minutes
    starts_at, ends_at = span_of(due_on, at_minute, minutes, community.zone)
    changed = change_planned(
        community_id=community_id,
        shift_id=duty.shift_id,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=duty.people_count,
        now=now,
    )
    if not changed:
        raise DutyJoined
    set_duties(community_id, [duty_id], {"due_on": due_on, "is_moved": True, "state": "planned"})
    detail = {"due_on": due_on.isoformat()}
    _note(community_id, moved_by_id, "plots.duty_moved", duty_id, now, detail)
    moved = get_duty(community_id, duty_id)
    if moved.starts_at != duty.starts_at:
        tell_of_move(community_id=community_id, duty=moved, now=now)
    return moved


def hold_duty(
    *,
    community_id: UUID,
    scope: Scope,
    held_by_id: UUID,
    duty_id: UUID,
    why: str | None,
    now: datetime,
) -> DutyFacts:
    """Let one wait for the weather: its shift is called off, and whoever meant to come is told.

    They are bound to nothing: on another day they sign up anew, if they like.

    Raises:
        NotFound. Forbidden. DutyPassed.
    """
    _community, duty = _own(community_id, scope, duty_id)
    if duty.state == "held":
        return duty
    _check_ahead(duty, now)
    cancel_shift(
        community_id=community_id,
        scope=scope,
        cancelled_by_id=held_by_id,
        shift_id=duty.shift_id,
        now=now,
    )
    release_all(community_id=community_id, shift_id=duty.shift_id, now=now)
    set_duties(community_id, [duty_id], {"state": "held", "note": (why or "").strip() or None})
    _note(community_id, held_by_id, "plots.duty_held", duty_id, now, {})
    return get_duty(community_id, duty_id)


def _own(community_id: UUID, scope: Scope, duty_id: UUID) -> tuple[CommunityFacts, DutyFacts]:
    """The duty under its lock, if it is at the caller's plot."""
    db.session.execute(
        select(Duty.id)
        .where(Duty.community_id == community_id, Duty.id == duty_id)
        .with_for_update()
    )
    duty = get_duty(community_id, duty_id)
    if not may_run_at(scope, duty.place_id):
        raise Forbidden
    return get_community(community_id), duty


def _check(
    community: CommunityFacts,
    scope: Scope,
    place_ids: Sequence[UUID],
    until: date,
    now: datetime,
) -> None:
    if not all(may_run_at(scope, place_id) for place_id in place_ids):
        raise Forbidden
    today = clock.local_day(now, community.zone)
    if not today < until <= today + HORIZON_MAX:
        raise Invalid({"until": [_("请选明天起、一年以内的一天。")]})


def _check_ahead(duty: DutyFacts, now: datetime) -> None:
    if duty.starts_at <= now:
        raise DutyPassed


def _note(
    community_id: UUID,
    by_id: UUID,
    action: str,
    subject_id: UUID,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=subject_id,
        now=now,
        detail=detail,
    )
