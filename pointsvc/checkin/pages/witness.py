"""Vouching for whoever scanned the sign of the same shift: one tap, and a question before it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.pages.desk import blueprint
from pointsvc.checkin.schemas import VouchForm
from pointsvc.checkin.service import vouch_for
from pointsvc.checkin.witnesses import sights_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact


@blueprint.route("/checkin/witness")
@requires("checkin.vouch")
def witness() -> str:
    """Those who were there with the reader and wait for a second signal."""
    community = get_community(current_community_id())
    return render_template(
        "checkin/witness.html",
        sights=sights_of(community, current_actor_id(), clock.now()),
        zone=community.zone,
        most=community.settings.vouched_people_max,
    )


@blueprint.route("/checkin/witness", methods=["POST"])
@requires("checkin.vouch")
def vouch() -> ResponseReturnValue:
    """I saw them there."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    attendance_id = parse_form(VouchForm, request.form)["attendance_id"]
    try:
        transact(
            lambda: vouch_for(
                community_id=community_id, caller=caller, attendance_id=attendance_id, now=now
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("谢谢您作证，这一次确认了。"), "success")
    return redirect(url_for("checkin.witness"), 303)
