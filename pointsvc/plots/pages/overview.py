"""The plan of all plots, the same as a table, and a plot's own page for whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.organisation.queries import led_place_ids, tended_place_ids_of
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.pages.register import URGENCY
from pointsvc.plots.places.about import find_about
from pointsvc.plots.places.adoptions import adoptions_at
from pointsvc.plots.places.overview import PlotOnMap, plots_on_map
from pointsvc.plots.settings import plot_settings
from pointsvc.plots.words import STATE_KINDS, STATE_WORDS

LATEST: Final = date.max
ORDERS: Final[dict[str, Callable[[PlotOnMap], Any]]] = {
    "number": lambda plot: plot.place.number,
    "care": lambda plot: (URGENCY.index(plot.stand.state), plot.place.number),
    "last": lambda plot: plot.stand.last_on or date.min,
    "next": lambda plot: plot.next_on or LATEST,
}


@blueprint.route("/map")
@requires("me.read")
def overview() -> str:
    """The plan: every outline with its number and how it stands, in words, pattern and colour."""
    community, now = get_community(current_community_id()), clock.now()
    roles = current_caller().roles
    plots = plots_on_map(community, _mine(community.id), now)
    asked = request.args.get("order", "number")
    order = asked if asked in ORDERS else "number"
    return render_template(
        "plots/map.html",
        plots=sorted(plots, key=ORDERS[order]),
        drawn=[plot for plot in plots if plot.outline is not None],
        counts={state: sum(plot.stand.state == state for plot in plots) for state in URGENCY},
        extent=plot_settings(community.id).extent,
        order=order,
        orders={name: url_for("plots.overview", order=name, _anchor="table") for name in ORDERS},
        may_draw="clerk" in roles,
        today=clock.local_day(now, community.zone),
        about_urls={
            plot.place.id: url_for("plots.about", place_id=plot.place.id) for plot in plots
        },
        state_words={state: str(word) for state, word in STATE_WORDS.items()},
        state_kinds=STATE_KINDS,
    )


@blueprint.route("/<uuid:place_id>/about")
@requires("me.read")
def about(place_id: UUID) -> str:
    """A plot's own page: what its sign says to everybody, and where its people go on."""
    community = get_community(current_community_id())
    found = find_about(community, place_id, clock.now())
    if found is None:
        raise NotFound
    return render_template(
        "plots/about.html",
        about=found,
        is_mine=place_id in _mine(community.id),
        extent=plot_settings(community.id).extent,
        corners=adoptions_at(community.id, [place_id]),
    )


def _mine(community_id: UUID) -> frozenset[UUID]:
    """The plots that the reader leads or whose group they belong to."""
    reader_id = current_actor_id()
    led = led_place_ids(community_id, [reader_id]).get(reader_id, frozenset())
    return led | tended_place_ids_of(community_id, reader_id)
