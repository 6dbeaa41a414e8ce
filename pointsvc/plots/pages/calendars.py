"""Calendars of many plots in one go: choose, look at what would come of it, say yes, watch it being made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
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
from pointsvc.members.queries import names_of
from pointsvc.plots.calendar.calendar_runs import (
    begin_run,
    begin_writing,
    drop_run,
    get_run,
    go_on,
    last_runs,
    parts_of,
    stop_run,
    totals_of,
)
from pointsvc.plots.calendar.holidays import all_holidays
from pointsvc.plots.calendar.missing_years import missing_years
from pointsvc.plots.calendar.run_words import HORIZON_WORDS, PART_WORDS, RUN_WORDS
from pointsvc.plots.calendar.working import start
from pointsvc.plots.forms.calendars import RunForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.rules.horizons import HORIZONS, last_day, numbers_in

WHOLE: Final = "1y"


@blueprint.route("/calendars")
@requires("organisation.write")
def calendars() -> str:
    """Which plots, until when; what was made before."""
    return _choose({}, None)


@blueprint.route("/calendars", methods=["POST"])
@requires("organisation.write")
def begin_calendars() -> ResponseReturnValue:
    """Begin to look at what would come of it."""
    community, actor_id, now = (
        get_community(current_community_id()),
        current_actor_id(),
        clock.now(),
    )
    scope = scope_of(current_caller())
    try:
        values = parse_form(RunForm, request.form)
        run_id, place_ids = values["run_id"], _places(values["numbers"])
        until = last_day(values["horizon"], clock.local_day(now, community.zone))
        transact(
            lambda: begin_run(
                community_id=community.id,
                scope=scope,
                created_by_id=actor_id,
                run_id=run_id,
                place_ids=place_ids,
                until=until,
                now=now,
            )
        )
    except (Invalid, Conflict) as refusal:
        return _choose(request.form.to_dict(), refusal), refusal.status
    start(get_run(community.id, run_id))
    return _to(run_id)


@blueprint.route("/calendars/<uuid:calendar_run_id>")
@requires("organisation.write")
def calendar_run(calendar_run_id: UUID) -> str:
    """How far it is; what would be made, or was."""
    community = get_community(current_community_id())
    run, totals = get_run(community.id, calendar_run_id), totals_of(community.id, calendar_run_id)
    if run.is_busy:
        return render_template("plots/calendars_busy.html", run=run, totals=totals)
    return render_template(
        "plots/calendars_run.html",
        run=run,
        totals=totals,
        parts=parts_of(community.id, calendar_run_id),
        part_words=PART_WORDS,
        zone=community.zone,
        who=names_of(community.id, [run.created_by_id]).get(run.created_by_id, ""),
    )


@blueprint.route("/calendars/<uuid:calendar_run_id>/write", methods=["POST"])
@requires("organisation.write")
def write_calendars(calendar_run_id: UUID) -> ResponseReturnValue:
    """Make what was looked at; asked twice, it is made once."""
    community_id = current_community_id()
    return _do(
        calendar_run_id, lambda: begin_writing(community_id=community_id, run_id=calendar_run_id)
    )


@blueprint.route("/calendars/<uuid:calendar_run_id>/stop", methods=["POST"])
@requires("organisation.write")
def stop_calendars(calendar_run_id: UUID) -> ResponseReturnValue:
    """Stop after the step that is under way."""
    community_id = current_community_id()
    transact(lambda: stop_run(community_id=community_id, run_id=calendar_run_id))
    return _to(calendar_run_id)


@blueprint.route("/calendars/<uuid:calendar_run_id>/go-on", methods=["POST"])
@requires("organisation.write")
def continue_calendars(calendar_run_id: UUID) -> ResponseReturnValue:
    """Go on where it stopped."""
    community_id = current_community_id()
    return _do(calendar_run_id, lambda: go_on(community_id=community_id, run_id=calendar_run_id))


@blueprint.route("/calendars/<uuid:calendar_run_id>/drop", methods=["POST"])
@requires("organisation.write")
def drop_calendars(calendar_run_id: UUID) -> ResponseReturnValue:
    """Leave it."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        transact(
            lambda: drop_run(
                community_id=community_id,
                run_id=calendar_run_id,
                dropped_by_id=actor_id,
                now=now,
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
        return _to(calendar_run_id)
    flash(_("这一批不排了，什么也没有写。"), "info")
    return redirect(url_for("plots.calendars"), 303)


def _do(run_id: UUID, work: Callable[[], object]) -> ResponseReturnValue:
    """Do it and go on working; a refusal is said on the run's page."""
    try:
        transact(work)
        start(get_run(current_community_id(), run_id))
    except Conflict as refusal:
        flash(refusal.detail, "error")
    return _to(run_id)


def _to(run_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("plots.calendar_run", calendar_run_id=run_id), 303)


def _places(numbers: str | None) -> list[UUID]:
    """The plots of these numbers; all of them where none is named. Raises Invalid."""
    wanted = numbers_in(numbers or "")
    if wanted is None:
        raise Invalid({"numbers": [_("请写编号，例如 1-9，12。")]})
    plots = find_places(current_community_id(), kind="plot")
    return [plot.id for plot in plots if not wanted or plot.number in wanted]


def _choose(values: dict[str, Any], refusal: Invalid | Conflict | None) -> str:
    community = get_community(current_community_id())
    today = clock.local_day(clock.now(), community.zone)
    runs = last_runs(community.id)
    return render_template(
        "plots/calendars.html",
        values={"horizon": WHOLE} | values,
        refusal=refusal,
        run_id=new_id(),
        horizons=[(each, HORIZON_WORDS[each], last_day(each, today)) for each in HORIZONS],
        plots_count=len(find_places(community.id, kind="plot")),
        holidays_until=max((day.day_on for day in all_holidays()), default=None),
        missing_years=missing_years(today),
        runs=runs,
        busy=next((run for run in runs if run.is_busy), None),
        run_words=RUN_WORDS,
        names=names_of(community.id, {run.created_by_id for run in runs}),
        zone=community.zone,
    )
