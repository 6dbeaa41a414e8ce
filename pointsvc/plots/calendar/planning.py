"""The verbs of a care calendar's lines: add, change from a day on, end, begin with a draft of the year."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.once import check_same
from pointsvc.plots.calendar.calendars import find_plans
from pointsvc.plots.errors import PlanEnded
from pointsvc.plots.models import CarePlan
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.calendar import fault_of_rule
from pointsvc.plots.rules.cares import YEAR
from pointsvc.plots.service import know_plot


@dataclass(frozen=True, slots=True)
class Terms:
    """What a line of the calendar says; see `models.CarePlan`."""

    care: str
    rrule: str
    season_from: int
    season_to: int
    at_minute: int
    minutes: int
    people_count: int
    interval_days: int | None
    tools: str | None
    risk: str
    follows_holidays: bool


SAID: Final = ("place_id", "starts_on", "follows_id", *(each.name for each in fields(Terms)))


def add_plan(
    *,
    community_id: UUID,
    scope: Scope,
    created_by_id: UUID,
    plan_id: UUID,
    place_id: UUID,
    terms: Terms,
    starts_on: date,
    now: datetime,
) -> None:
    """Put a line into a plot's calendar; the same id is one line. No duty is made yet.

    Raises:
        NotFound: the plot. Forbidden: not the caller's. Invalid: a rule that gives no day. IdTaken.
    """
    get_plot(community_id, place_id)
    if not may_run_at(scope, place_id):
        raise Forbidden
    _check(terms)
    row: dict[str, Any] = {"community_id": community_id, "id": plan_id, "place_id": place_id}
    row |= {"starts_on": starts_on, "follows_id": None} | asdict(terms)
    if check_same(CarePlan, row, SAID):
        return
    _insert(
        community_id=community_id,
        id=plan_id,
        place_id=place_id,
        starts_on=starts_on,
        created_by_id=created_by_id,
        created_at=now,
        **asdict(terms),
    )
    _note(community_id, created_by_id, "plots.plan_added", plan_id, now, {"care": terms.care})


def change_plan(
    *,
    community_id: UUID,
    scope: Scope,
    changed_by_id: UUID,
    plan_id: UUID,
    next_id: UUID,
    terms: Terms,
    from_on: date,
    now: datetime,
) -> None:
    """Change a line for a day and all that follow: it ends the day before, another one follows it.

    What somebody joined stays as it is: generating never touches it.

    Raises:
        NotFound. Forbidden. Invalid. PlanEnded: it has ended before that day. IdTaken.
    """
    plan = _own(community_id, scope, plan_id)
    _check(terms)
    row: dict[str, Any] = {"community_id": community_id, "id": next_id, "place_id": plan.place_id}
    row |= {"starts_on": from_on, "follows_id": plan_id} | asdict(terms)
    if check_same(CarePlan, row, SAID):
        return
    if plan.ends_on is not None and plan.ends_on < from_on:
        raise PlanEnded
    ends_on, place_id = plan.ends_on, plan.place_id
    _end(plan, from_on)
    _insert(
        community_id=community_id,
        id=next_id,
        place_id=place_id,
        starts_on=from_on,
        ends_on=ends_on,
        follows_id=plan_id,
        created_by_id=changed_by_id,
        created_at=now,
        **asdict(terms),
    )
    _note(community_id, changed_by_id, "plots.plan_changed", plan_id, now, {"care": terms.care})


def end_plan(
    *,
    community_id: UUID,
    scope: Scope,
    ended_by_id: UUID,
    plan_id: UUID,
    from_on: date,
    now: datetime,
) -> None:
    """Let a line end: from that day on it wants nothing. Twice is once.

    Raises:
        NotFound. Forbidden.
    """
    plan = _own(community_id, scope, plan_id)
    if plan.ends_on is not None and plan.ends_on < from_on:
        return
    _end(plan, from_on)
    _note(community_id, ended_by_id, "plots.plan_ended", plan_id, now, {"care": plan.care})


def draft_year(
    *,
    community_id: UUID,
    scope: Scope,
    created_by_id: UUID,
    place_id: UUID,
    starts_on: date,
    now: datetime,
) -> int:
    """Begin a plot's calendar with the draft of the year; how many lines. None where there are any."""
    get_plot(community_id, place_id)
    if not may_run_at(scope, place_id):
        raise Forbidden
    if find_plans(community_id, [place_id], on=starts_on):
        return 0
    for n, draft in enumerate(YEAR):
        values = asdict(draft)
        season_from, season_to = values.pop("season")
        _insert(
            community_id=community_id,
            id=derived_id("care-draft", community_id, place_id, starts_on, n),
            place_id=place_id,
            starts_on=starts_on,
            season_from=season_from,
            season_to=season_to,
            created_by_id=created_by_id,
            created_at=now,
            **values,
        )
    _note(community_id, created_by_id, "plots.year_drafted", place_id, now, {"count": len(YEAR)})
    return len(YEAR)


def _insert(**values: Any) -> None:
    know_plot(community_id=values["community_id"], place_id=values["place_id"])
    db.session.add(CarePlan(**values))
    db.session.flush()


def _end(plan: CarePlan, from_on: date) -> None:
    """Its last day is the one before, also for a line that was to begin later: it never does."""
    plan.ends_on = from_on - timedelta(days=1)
    db.session.flush()


def _check(terms: Terms) -> None:
    messages = {
        "unreadable": _("重复规则读不懂，例如每周六：FREQ=WEEKLY;BYDAY=SA。"),
        "too_fine": _("最细按天重复：DAILY、WEEKLY、MONTHLY、YEARLY。"),
        "never": _("这条规则两年里一天也轮不到。"),
    }
    fault = fault_of_rule(terms.rrule)
    if fault is not None:
        raise Invalid({"rrule": [messages[fault]]})


def _own(community_id: UUID, scope: Scope, plan_id: UUID) -> CarePlan:
    plan = _find(community_id, plan_id)
    if plan is None:
        raise NotFound
    if not may_run_at(scope, plan.place_id):
        raise Forbidden
    return plan


def _find(community_id: UUID, plan_id: UUID) -> CarePlan | None:
    wanted = select(CarePlan).where(CarePlan.community_id == community_id, CarePlan.id == plan_id)
    return db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def _note(
    community_id: UUID,
    by_id: UUID,
    action: str,
    subject_id: UUID,
    now: datetime,
    detail: dict[str, object],
) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=subject_id,
        now=now,
        detail=detail,
    )
