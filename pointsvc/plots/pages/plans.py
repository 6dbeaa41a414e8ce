"""One line of a plot's care calendar: a new one, other terms from a day on, an end."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.rules import may_run_at
from pointsvc.activities.rules.gates import RISKS
from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.calendars import PlanFacts, get_plan
from pointsvc.plots.calendar.planning import Terms, add_plan, change_plan, end_plan
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.cares import CARES
from pointsvc.plots.schemas import EndForm, PlanForm
from pointsvc.plots.words import CARE_WORDS, RISK_WORDS, WEEKDAYS, rule_in_words

KEEP: Final = "keep"
NEW: Final[dict[str, Any]] = {
    "care": "water",
    "every": "W1",
    "weekday": "SA",
    "season_from": "04-15",
    "season_to": "10-15",
    "at": "08:30",
    "minutes": 60,
    "people_count": 2,
    "risk": "none",
    "follows_holidays": True,
}


@blueprint.route("/<uuid:place_id>/plans/new")
@requires("plots.write")
def new_plan(place_id: UUID) -> str:
    """An empty form with sensible values."""
    return _form(place_id, None, NEW | {"plan_id": new_id(), "from_on": _tomorrow()}, None)


@blueprint.route("/<uuid:place_id>/plans", methods=["POST"])
@requires("plots.write")
def add(place_id: UUID) -> ResponseReturnValue:
    """Put it into the calendar."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        values = parse_form(PlanForm, request.form)
        transact(
            lambda: add_plan(
                community_id=community_id,
                scope=scope,
                created_by_id=actor_id,
                plan_id=values["plan_id"],
                place_id=place_id,
                terms=_terms(values, None),
                starts_on=values["from_on"],
                now=now,
            )
        )
    except (Invalid, Conflict) as refusal:
        return _form(place_id, None, request.form.to_dict(), refusal), refusal.status
    flash(_("加好了。看一看预览，再排进日程。"), "success")
    return redirect(url_for("plots.calendar", place_id=place_id), 303)


@blueprint.route("/plans/<uuid:plan_id>")
@requires("plots.write")
def plan(plan_id: UUID) -> str:
    """Its terms, to change from a day on."""
    facts = get_plan(current_community_id(), plan_id)
    values = _values(facts) | {"plan_id": new_id(), "from_on": _tomorrow()}
    return _form(facts.place_id, facts, values, None)


@blueprint.route("/plans/<uuid:plan_id>", methods=["POST"])
@requires("plots.write")
def change(plan_id: UUID) -> ResponseReturnValue:
    """This and all following."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope, facts = scope_of(current_caller()), get_plan(current_community_id(), plan_id)
    try:
        values = parse_form(PlanForm, request.form)
        _check_from(values["from_on"])
        transact(
            lambda: change_plan(
                community_id=community_id,
                scope=scope,
                changed_by_id=actor_id,
                plan_id=plan_id,
                next_id=values["plan_id"],
                terms=_terms(values, facts.rrule),
                from_on=values["from_on"],
                now=now,
            )
        )
    except (Invalid, Conflict) as refusal:
        return _form(facts.place_id, facts, request.form.to_dict(), refusal), refusal.status
    flash(_("从那天起照新的来；有人报名的不动。看一看预览，再排进日程。"), "success")
    return redirect(url_for("plots.calendar", place_id=facts.place_id), 303)


@blueprint.route("/plans/<uuid:plan_id>/end", methods=["POST"])
@requires("plots.write")
def end(plan_id: UUID) -> ResponseReturnValue:
    """From a day on it wants nothing."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope, facts = scope_of(current_caller()), get_plan(current_community_id(), plan_id)
    from_on = parse_form(EndForm, request.form)["from_on"]
    transact(
        lambda: end_plan(
            community_id=community_id,
            scope=scope,
            ended_by_id=actor_id,
            plan_id=plan_id,
            from_on=max(from_on, _tomorrow()),
            now=now,
        )
    )
    flash(_("这一条停了。先看看会排出什么，再排一次，没人报名的就撤下来。"), "success")
    return redirect(url_for("plots.calendar", place_id=facts.place_id), 303)


def _form(
    place_id: UUID,
    facts: PlanFacts | None,
    values: dict[str, Any],
    refusal: Invalid | Conflict | None,
) -> str:
    plot = get_plot(current_community_id(), place_id)
    if not may_run_at(scope_of(current_caller()), place_id):
        raise Forbidden
    kept = [(KEEP, rule_in_words(facts.rrule))] if facts and _every(facts.rrule)[0] == KEEP else []
    return render_template(
        "plots/plan.html",
        plot=plot,
        plan=facts,
        values=values,
        refusal=refusal,
        cares=[(care, CARE_WORDS[care]) for care in CARES],
        risks=[(risk, RISK_WORDS[risk]) for risk in RISKS],
        weekdays=list(WEEKDAYS.items()),
        everies=kept + _everies(),
        tomorrow=_tomorrow().isoformat(),
    )


def _everies() -> list[tuple[str, str]]:
    weeks = [("W1", _("每周")), ("W2", _("每两周")), ("W3", _("每三周")), ("W4", _("每四周"))]
    return weeks + [(f"M{n}", _("每月第 %(n)s 个", n=n)) for n in range(1, 5)]


def _values(facts: PlanFacts) -> dict[str, Any]:
    every, weekday = _every(facts.rrule)
    return {
        "care": facts.care,
        "every": every,
        "weekday": weekday,
        "season_from": f"{facts.season_from // 100:02}-{facts.season_from % 100:02}",
        "season_to": f"{facts.season_to // 100:02}-{facts.season_to % 100:02}",
        "at": f"{facts.at_minute // 60:02}:{facts.at_minute % 60:02}",
        "minutes": facts.minutes,
        "people_count": facts.people_count,
        "interval_days": facts.interval_days,
        "tools": facts.tools,
        "risk": facts.risk,
        "follows_holidays": facts.follows_holidays,
    }


def _every(rrule: str) -> tuple[str, str]:
    """How the form says a rule; `keep` for one that it has no words for."""
    parts = dict(part.split("=", 1) for part in rrule.split(";"))
    day, every = parts.get("BYDAY", ""), parts.get("INTERVAL", "1")
    if parts.keys() <= {"FREQ", "INTERVAL", "BYDAY"}:
        if parts["FREQ"] == "WEEKLY" and day in WEEKDAYS and every in "1234":
            return f"W{every}", day
        if parts["FREQ"] == "MONTHLY" and day[1:] in WEEKDAYS and day[0] in "1234":
            return f"M{day[0]}", day[1:]
    return KEEP, day[-2:] if day[-2:] in WEEKDAYS else "SA"


def _terms(values: dict[str, Any], before: str | None) -> Terms:
    every, day, at = values["every"], values["weekday"], values["at"]
    rrule = f"FREQ=WEEKLY;INTERVAL={every[1]};BYDAY={day}"
    if every.startswith("M"):
        rrule = f"FREQ=MONTHLY;BYDAY={every[1]}{day}"
    if every == KEEP:
        rrule = _on_weekday(before or "", day)
    assert isinstance(at, time)
    return Terms(
        care=values["care"],
        rrule=rrule.replace("INTERVAL=1;", ""),
        season_from=values["season_from"],
        season_to=values["season_to"],
        at_minute=at.hour * 60 + at.minute,
        minutes=values["minutes"],
        people_count=values["people_count"],
        interval_days=values["interval_days"],
        tools=values["tools"],
        risk=values["risk"],
        follows_holidays=values["follows_holidays"],
    )


def _on_weekday(rrule: str, weekday: str) -> str:
    """The rule on another day of the week, where it names one."""
    return re.sub(r"BYDAY=(-?\d?)[A-Z]{2}(?=;|$)", rf"BYDAY=\g<1>{weekday}", rrule)


def _check_from(from_on: date) -> None:
    if from_on < _tomorrow():
        raise Invalid({"from_on": [_("请从明天或以后改起。")]})


def _tomorrow() -> date:
    zone = get_community(current_community_id()).zone
    return clock.local_day(clock.now(), zone) + timedelta(days=1)
