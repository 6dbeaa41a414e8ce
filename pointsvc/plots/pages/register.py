"""The office's list of plots, and one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.audit.actors import Actor
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.standing import stands_of
from pointsvc.plots.forms.places import FactsForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.places.describing import describe_plot
from pointsvc.plots.places.outline_words import OWNER_WORDS
from pointsvc.plots.queries import PlotFacts, find_plots, get_plot
from pointsvc.plots.service import edit_plot
from pointsvc.plots.settings import plot_settings
from pointsvc.plots.words import STATE_KINDS, STATE_WORDS

NEVER: Final = datetime.min.replace(tzinfo=UTC)
MORE: Final = ("buildings", "sign_text", "owner_kind", "owner_name")
URGENCY: Final = ("overdue", "due", "held", "cared", "resting")
ORDERS: Final[dict[str, Callable[[PlotFacts], Any]]] = {
    "number": lambda plot: plot.place.number,
    "area": lambda plot: -(plot.area_m2 or 0),
    "attended": lambda plot: plot.last_attended_at or NEVER,
    "missing": lambda plot: -plot.missing_count,
}


@blueprint.route("")
@requires("organisation.read")
def index() -> str:
    """Every plot in use; sorted by number, by area, by who was there longest ago, by who is missing."""
    community = get_community(current_community_id())
    asked = request.args.get("order", "")
    order = asked if asked in {*ORDERS, "care"} else "number"
    plots, now = find_plots(community.id), clock.now()
    stands = stands_of(community, [plot.place.id for plot in plots], now)
    if order == "care":
        plots.sort(key=lambda plot: URGENCY.index(stands[plot.place.id].state))
    else:
        plots.sort(key=ORDERS[order])
    return render_template(
        "plots/index.html",
        plots=plots,
        order=order,
        orders={name: url_for("plots.index", order=name) for name in (*ORDERS, "care")},
        area_m2=sum(plot.area_m2 or 0 for plot in plots),
        last_days={
            plot.place.id: clock.local_day(plot.last_attended_at, community.zone).isoformat()
            for plot in plots
            if plot.last_attended_at
        },
        today=clock.local_day(now, community.zone),
        stands=stands,
        state_words=STATE_WORDS,
        state_kinds=STATE_KINDS,
    )


@blueprint.route("/<uuid:place_id>")
@requires("organisation.read")
def show(place_id: UUID) -> str:
    """One plot."""
    return _page(get_plot(current_community_id(), place_id), {}, None)


@blueprint.route("/<uuid:place_id>", methods=["POST"])
@requires("organisation.write")
def edit(place_id: UUID) -> ResponseReturnValue:
    """Other facts."""
    community_id, actor, now = (
        current_community_id(),
        Actor("member", current_actor_id()),
        clock.now(),
    )
    plot = get_plot(community_id, place_id)
    try:
        values = parse_form(FactsForm, request.form)
        more = {name: values.pop(name) for name in MORE}

        def work() -> None:
            edit_plot(community_id=community_id, place_id=place_id, actor=actor, now=now, **values)
            describe_plot(community_id=community_id, place_id=place_id, **more)

        transact(work)
    except Invalid as refusal:
        return _page(plot, request.form.to_dict(), refusal), refusal.status
    flash(_("保存好了。"), "success")
    return redirect(url_for("plots.show", place_id=place_id), 303)


def _page(plot: PlotFacts, values: dict[str, Any], refusal: Invalid | None) -> str:
    given = {
        "name": plot.place.name,
        "area_m2": plot.area_m2,
        "planting": plot.planting,
        "care": plot.care,
        **{name: getattr(plot, name) for name in MORE},
    }
    return render_template(
        "plots/show.html",
        plot=plot,
        values=given | values,
        refusal=refusal,
        may_write="clerk" in current_caller().roles,
        owner_words=OWNER_WORDS,
        extent=plot_settings(current_community_id()).extent,
        zone=get_community(current_community_id()).zone,
    )
