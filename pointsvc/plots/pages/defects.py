"""What is broken on a plot: to report, to have seen too, to follow; the office's list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.doors import pictures_in
from pointsvc.communities.queries import find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, NotFound, Refusal
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
from pointsvc.plots.doing.defects import defects_of, open_defects_at
from pointsvc.plots.doing.mending import echo_defect, report_defect
from pointsvc.plots.forms.doing import DefectForm
from pointsvc.plots.pages.desk import blueprint, check_pictures_of_today
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.mending import DEFECT_KINDS, PICTURES_MAX
from pointsvc.plots.words import DEFECT_KIND_WORDS, DEFECT_STATE_KINDS, DEFECT_STATE_WORDS


@blueprint.route("/defects/mine")
@requires("me.read")
def my_defects() -> str:
    """What I reported or have seen too, and how it goes on."""
    community = get_community(current_community_id())
    return render_template(
        "plots/my_defects.html",
        defects=defects_of(community.id, current_actor_id()),
        zone=community.zone,
        **defect_words(),
    )


@blueprint.route("/defects/new")
@requires("plots.report_defect")
def choose_plot() -> str:
    """On which plot."""
    community_id = current_community_id()
    places = find_places(community_id, kind="plot")
    counts: dict[UUID, int] = {}
    for each in open_defects_at(community_id, [place.id for place in places]):
        counts[each.place_id] = counts.get(each.place_id, 0) + 1
    return render_template("plots/choose_plot.html", places=places, counts=counts)


@blueprint.route("/<uuid:place_id>/defects", methods=["GET", "POST"])
@requires("plots.report_defect")
def plot_defects(place_id: UUID) -> ResponseReturnValue:
    """What is broken here already, then the form for what is not listed."""
    if request.method == "GET":
        return _page(place_id, {}, None)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        form = {name: text for name, text in request.form.items() if name in DefectForm().fields}
        values = parse_form(DefectForm, form)
        check_pictures_of_today()
        pictures = pictures_in("photo", most=PICTURES_MAX)
        transact(
            lambda: report_defect(
                community_id=community_id,
                place_id=place_id,
                pictures=pictures,
                reported_by_id=actor_id,
                now=now,
                **values,
            )
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(place_id, request.form.to_dict(), refusal), refusal.status
    flash(_("报上去了。每走一步都会告诉您，也可以在“我报的”里看。"), "success")
    return redirect(url_for("plots.defect", defect_id=values["defect_id"]), 303)


@blueprint.route("/defects/<uuid:defect_id>/echo", methods=["POST"])
@requires("plots.report_defect")
def echo(defect_id: UUID) -> ResponseReturnValue:
    """I have seen it too."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        found = transact(
            lambda: echo_defect(
                community_id=community_id, defect_id=defect_id, member_id=actor_id, now=now
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
        return redirect(url_for("plots.my_defects"), 303)
    flash(_("记下了，不用再报。修到哪一步也会告诉您。"), "success")
    return redirect(url_for("plots.defect", defect_id=found.id), 303)


def defect_words() -> dict[str, Any]:
    """What kinds and states are called."""
    return {
        "kind_words": DEFECT_KIND_WORDS,
        "state_words": DEFECT_STATE_WORDS,
        "state_kinds": DEFECT_STATE_KINDS,
    }


def _page(place_id: UUID, values: dict[str, Any], refusal: Refusal | None) -> str:
    community = get_community(current_community_id())
    plot = get_plot(community.id, place_id)
    mine = {each.id for each in defects_of(community.id, current_actor_id())}
    return render_template(
        "plots/plot_defects.html",
        plot=plot,
        defects=open_defects_at(community.id, [place_id]),
        mine=mine,
        values=values,
        refusal=refusal,
        kinds=[(kind, DEFECT_KIND_WORDS[kind]) for kind in DEFECT_KINDS],
        new_id=values.get("defect_id") or new_id(),
        most=PICTURES_MAX,
        back=_back(place_id),
        zone=community.zone,
        **defect_words(),
    )


def _back(place_id: UUID) -> str:
    """Leaders come from their day, the office from the plot, everybody else from their own list."""
    roles = current_caller().roles
    if "leader" in roles:
        return url_for("plots.day")
    if "clerk" in roles:
        return url_for("plots.show", place_id=place_id)
    return url_for("plots.my_defects")
