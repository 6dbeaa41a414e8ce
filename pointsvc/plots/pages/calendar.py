"""A plot's care calendar: its lines, the weeks that come; look first, then write."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.rules import may_run_at
from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, Invalid
from pointsvc.kernel.fields import day_in, parse_form
from pointsvc.kernel.i18n import gettext as _, pause
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.calendars import find_duties, find_plans, weeks_of
from pointsvc.plots.calendar.generating import (
    HORIZON,
    HORIZON_MAX,
    generate_calendar,
    hold_duty,
    move_duty,
    preview_calendar,
)
from pointsvc.plots.calendar.planning import draft_year
from pointsvc.plots.calendar.standing import stands_of
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.queries import PlotFacts, get_plot
from pointsvc.plots.schemas import GenerateForm, HoldForm, MoveForm
from pointsvc.plots.words import CARE_WORDS, RISK_WORDS, rule_in_words, season_in_words


@blueprint.route("/<uuid:place_id>/calendar")
@requires("plots.write")
def calendar(place_id: UUID) -> str:
    """The lines of the calendar, and the duties of the weeks that come."""
    community, plot, now = get_community(current_community_id()), _own_plot(place_id), clock.now()
    today = clock.local_day(now, community.zone)
    duties = find_duties(community.id, [place_id], today, today + HORIZON_MAX)
    return render_template(
        "plots/calendar.html",
        plot=plot,
        stand=stands_of(community, [place_id], now)[place_id],
        plans=find_plans(community.id, [place_id], on=today),
        weeks=weeks_of(duties),
        until=(today + HORIZON).isoformat(),
        until_max=(today + HORIZON_MAX).isoformat(),
        today=today,
        tomorrow=(today + timedelta(days=1)).isoformat(),
        now=now,
        zone=community.zone,
        **_words(),
    )


@blueprint.route("/<uuid:place_id>/calendar/draft", methods=["POST"])
@requires("plots.write")
def draft(place_id: UUID) -> ResponseReturnValue:
    """Begin with the draft of the year."""
    community, actor_id, now = (
        get_community(current_community_id()),
        current_actor_id(),
        clock.now(),
    )
    scope = scope_of(current_caller())
    count = transact(
        lambda: draft_year(
            community_id=community.id,
            scope=scope,
            created_by_id=actor_id,
            place_id=place_id,
            starts_on=clock.local_day(now, community.zone),
            now=now,
        )
    )
    if count:
        flash(
            _("按本地一年的养护写好了 %(count)s 条，请逐条看一看、改一改。", count=count), "success"
        )
    return redirect(url_for("plots.calendar", place_id=place_id), 303)


@blueprint.route("/<uuid:place_id>/calendar/preview")
@requires("plots.write")
def preview(place_id: UUID) -> str:
    """What would be written."""
    community, plot, now = get_community(current_community_id()), _own_plot(place_id), clock.now()
    today = clock.local_day(now, community.zone)
    until = day_in(request.args.get("until")) or today + HORIZON
    [found] = preview_calendar(
        community_id=community.id,
        scope=scope_of(current_caller()),
        place_ids=[place_id],
        until=min(max(until, today + timedelta(days=1)), today + HORIZON_MAX),
        now=now,
    )
    return render_template(
        "plots/preview.html",
        plot=plot,
        preview=found,
        cares={plan.id: plan.care for plan in find_plans(community.id, [place_id])},
        zone=community.zone,
        **_words(),
    )


@blueprint.route("/<uuid:place_id>/calendar", methods=["POST"])
@requires("plots.write")
def generate(place_id: UUID) -> ResponseReturnValue:
    """Write it."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        until = parse_form(GenerateForm, request.form)["until"]
        done = transact(
            lambda: generate_calendar(
                community_id=community_id,
                scope=scope,
                generated_by_id=actor_id,
                place_ids=[place_id],
                until=until,
                now=now,
            )
        )
    except Invalid as refusal:
        flash(_first(refusal), "error")
        return redirect(url_for("plots.calendar", place_id=place_id), 303)
    for each in done:
        flash(
            _(
                "新排 %(new)s 次，改 %(changed)s 次，撤 %(withdrawn)s 次；有人报名、没有动的 %(joined)s 次。",
                new=each.new_count,
                changed=each.changed_count,
                withdrawn=each.withdrawn_count,
                joined=each.joined_count,
            ),
            "success",
        )
    if not done:
        flash(_("这块田的党小组还没有组长，没有人开场。请先定组长。"), "error")
    return redirect(url_for("plots.calendar", place_id=place_id), 303)


@blueprint.route("/duties/<uuid:duty_id>/hold", methods=["POST"])
@requires("plots.write")
def hold(duty_id: UUID) -> ResponseReturnValue:
    """Wait for the weather."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    why = parse_form(HoldForm, request.form)["why"]
    try:
        held = transact(
            lambda: hold_duty(
                community_id=community_id,
                scope=scope,
                held_by_id=actor_id,
                duty_id=duty_id,
                why=why,
                now=now,
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
        return redirect(url_for("plots.mine"), 303)
    flash(_("先停了，已告诉报名的人。天好了再改日子。"), "success")
    return redirect(url_for("plots.calendar", place_id=held.place_id), 303)


@blueprint.route("/duties/<uuid:duty_id>/move", methods=["POST"])
@requires("plots.write")
def move(duty_id: UUID) -> ResponseReturnValue:
    """Only this one, on another day."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        wanted = parse_form(MoveForm, request.form)
        moved = transact(
            lambda: move_duty(
                community_id=community_id,
                scope=scope,
                moved_by_id=actor_id,
                duty_id=duty_id,
                due_on=wanted["on"],
                at_minute=wanted["at"].hour * 60 + wanted["at"].minute,
                now=now,
            )
        )
    except (Conflict, Invalid) as refusal:
        flash(_first(refusal) if isinstance(refusal, Invalid) else refusal.detail, "error")
        return redirect(request.referrer or url_for("plots.mine"), 303)
    flash(_("只改了这一次，别的不动。"), "success")
    return redirect(url_for("plots.calendar", place_id=moved.place_id), 303)


def _own_plot(place_id: UUID) -> PlotFacts:
    plot = get_plot(current_community_id(), place_id)
    if not may_run_at(scope_of(current_caller()), place_id):
        raise Forbidden
    return plot


def _words() -> dict[str, object]:
    return {
        "care_words": CARE_WORDS,
        "risk_words": RISK_WORDS,
        "rule_in_words": rule_in_words,
        "season_in_words": season_in_words,
    }


def _first(refusal: Invalid) -> str:
    return pause("；").join(
        str(text) for texts in (refusal.errors or {}).values() for text in texts
    )
