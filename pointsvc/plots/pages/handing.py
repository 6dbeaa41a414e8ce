"""Hand-overs on the phone or at the desk: each side ticks what it gave or took."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.rules import may_run_at
from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, NotFound
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.plots.forms.caring import TakerForm, TickForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.pages.telling import flash_refusal
from pointsvc.plots.people.assignments import assignments_at
from pointsvc.plots.people.handing import close_handover, name_taker, tick_handover
from pointsvc.plots.people.handovers import get_handover


@blueprint.route("/handovers/<uuid:handover_id>")
@requires("me.read")
def handover(handover_id: UUID) -> str:
    """What goes from whom to whom: its two sides, and who runs the plot, may see and tick it."""
    community, actor_id = get_community(current_community_id()), current_actor_id()
    found = get_handover(community.id, handover_id)
    runs = may_run_at(scope_of(current_caller()), found.place_id)
    if not runs and actor_id not in {found.from_id, found.to_id}:
        raise NotFound
    caring = assignments_at(community.id, [found.place_id]) if runs else []
    return render_template(
        "plots/handover.html",
        handover=found,
        runs=runs,
        may_give=runs or actor_id == found.from_id,
        may_take=runs or actor_id == found.to_id,
        choices=[
            (each.member_id, each.member_name)
            for each in caring
            if each.state == "accepted" and each.member_id != found.from_id
        ],
        zone=community.zone,
    )


@blueprint.route("/handovers/<uuid:handover_id>/tick", methods=["POST"])
@requires("me.read")
def tick(handover_id: UUID) -> ResponseReturnValue:
    """Tick what was given or taken."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        ticked = parse_form(TickForm, {**request.form, "positions": _positions()})
        is_done = transact(
            lambda: tick_handover(
                community_id=community_id,
                scope=scope,
                ticked_by_id=actor_id,
                handover_id=handover_id,
                now=now,
                **ticked,
            )
        )
        flash(_("都交接好了，谢谢。") if is_done else _("勾上了。"), "success")
    except (Conflict, Invalid) as refusal:
        flash_refusal(refusal)
    return redirect(url_for("plots.handover", handover_id=handover_id), 303)


@blueprint.route("/handovers/<uuid:handover_id>/taker", methods=["POST"])
@requires("plots.write")
def taker(handover_id: UUID) -> ResponseReturnValue:
    """Who takes over."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        member_id = parse_form(TakerForm, request.form)["member_id"]
        transact(
            lambda: name_taker(
                community_id=community_id,
                scope=scope,
                named_by_id=actor_id,
                handover_id=handover_id,
                member_id=member_id,
                now=now,
            )
        )
        flash(_("记下了，已告诉接手的人。"), "success")
    except (Conflict, Invalid) as refusal:
        flash_refusal(refusal)
    return redirect(url_for("plots.handover", handover_id=handover_id), 303)


@blueprint.route("/handovers/<uuid:handover_id>/close", methods=["POST"])
@requires("plots.write")
def close(handover_id: UUID) -> ResponseReturnValue:
    """Nothing is left to hand over."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    transact(
        lambda: close_handover(
            community_id=community_id,
            scope=scope,
            closed_by_id=actor_id,
            handover_id=handover_id,
            now=now,
        )
    )
    flash(_("这次交接办完了。"), "success")
    return redirect(url_for("plots.handover", handover_id=handover_id), 303)


def _positions() -> str:
    """The boxes that were ticked: a form sends each by itself."""
    return ",".join(request.form.getlist("positions"))
