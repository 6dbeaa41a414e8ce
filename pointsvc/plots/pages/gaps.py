"""Plots that nobody came to: the clerk's list after three days, and what became of it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.plots.doing.gaps import find_gaps, see_gap
from pointsvc.plots.forms.doing import SeenForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.queries import find_plots
from pointsvc.plots.words import CLEARED_WORDS

VIEWS: Final = ("escalated", "open", "cleared")


@blueprint.route("/gaps")
@requires("organisation.read")
def gaps() -> str:
    """Those of three days and more; all open ones; those that were cleared."""
    community, now = get_community(current_community_id()), clock.now()
    today = clock.local_day(now, community.zone)
    view = request.args.get("view", "escalated")
    view = view if view in VIEWS else "escalated"
    found = find_gaps(community.id)
    split = {
        "escalated": [gap for gap in found if gap.is_escalated(today)],
        "open": [gap for gap in found if gap.cleared_on is None],
        "cleared": [gap for gap in found if gap.cleared_on is not None][::-1],
    }
    words = {
        "escalated": _("三天以上"),
        "open": _("全部好几天没人去的"),
        "cleared": _("已经有人去的"),
    }
    return render_template(
        "plots/gaps.html",
        gaps=split[view],
        view=view,
        filters=[
            (f"{words[name]} {len(split[name])}", url_for("plots.gaps", view=name), name == view)
            for name in VIEWS
        ],
        plots={plot.place.id: plot for plot in find_plots(community.id, with_closed=True)},
        names=names_of(community.id, [gap.seen_by_id for gap in found if gap.seen_by_id]),
        cleared_words=CLEARED_WORDS,
        may_write="clerk" in current_caller().roles,
        today=today,
        zone=community.zone,
    )


@blueprint.route("/gaps/<uuid:gap_id>/seen", methods=["POST"])
@requires("organisation.write")
def seen(gap_id: UUID) -> ResponseReturnValue:
    """The clerk has looked after it."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    word = parse_form(SeenForm, request.form)["word"]
    transact(
        lambda: see_gap(
            community_id=community_id, gap_id=gap_id, seen_by_id=actor_id, word=word, now=now
        )
    )
    flash(_("记下了。有人去过以后会自动消掉。"), "success")
    return redirect(url_for("plots.gaps"), 303)
