"""抽查: the office asks whom a leader ticked; the volunteer may say so first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.pages.desk import blueprint
from pointsvc.checkin.schemas import SpotCheckForm, TickForm
from pointsvc.checkin.service import answer_spot_check, decide_spot_check as decided
from pointsvc.checkin.spot_checks import checks_to_answer, kin_of, latest_checks, waiting_checks
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact


@blueprint.route("/checkin/spot-checks")
@requires("checkin.spot_check")
def spot_checks() -> str:
    """Ticks that were drawn and wait for somebody to ask, oldest first; what was found lately."""
    return _page({}, None)


@blueprint.route("/checkin/spot-checks/<uuid:spot_check_id>", methods=["POST"])
@requires("checkin.spot_check")
def decide_spot_check(spot_check_id: UUID) -> ResponseReturnValue:
    """Keep what the volunteer said; where they were not there, ask for the attendance to be voided."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    form = request.form.to_dict()
    try:
        values = parse_form(SpotCheckForm, form)
        was_there = values["was_there"] == "yes"
        has_asked = transact(
            lambda: decided(
                community_id=community_id,
                decided_by_id=actor_id,
                check_id=spot_check_id,
                was_there=was_there,
                note=values["note"],
                now=now,
            )
        )
    except Invalid as refusal:
        return _page(form | {"id": str(spot_check_id)}, refusal), refusal.status
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_words(was_there=was_there, has_asked=has_asked), "success")
    return redirect(url_for("checkin.spot_checks"), 303)


@blueprint.route("/me/ticks")
@requires("me.read")
def my_ticks() -> str:
    """Where somebody ticked me instead of scanning me, drawn to be asked about."""
    community = get_community(current_community_id())
    return render_template(
        "checkin/my_ticks.html",
        zone=community.zone,
        checks=checks_to_answer(community.id, current_actor_id()),
    )


@blueprint.route("/me/ticks/<uuid:spot_check_id>", methods=["POST"])
@requires("me.read")
def answer_tick(spot_check_id: UUID) -> ResponseReturnValue:
    """Say whether I was there; the office asks once more before anything changes."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    was_there = parse_form(TickForm, request.form)["was_there"] == "yes"
    try:
        transact(
            lambda: answer_spot_check(
                community_id=community_id,
                member_id=member_id,
                check_id=spot_check_id,
                was_there=was_there,
                now=now,
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("谢谢，记下了。") if was_there else _("记下了，社区会来问您。"), "success")
    return redirect(url_for("checkin.my_ticks"), 303)


def _words(*, was_there: bool, has_asked: bool) -> str:
    if was_there:
        return _("记下了：本人说去了。")
    if has_asked:
        return _("记下了，已申请作废这次考勤，等监督员审批。")
    return _("记下了：本人说没去。这次考勤已经作废，或者已有更正等着审批。")


def _page(values: dict[str, Any], refusal: Invalid | None) -> str:
    community = get_community(current_community_id())
    waiting = waiting_checks(community.id)
    return render_template(
        "checkin/spot_checks.html",
        zone=community.zone,
        percent=community.settings.roster_sample_percent,
        waiting=waiting,
        kin=kin_of(community.id, current_actor_id(), waiting),
        decided=latest_checks(community.id),
        values=values,
        refusal=refusal,
    )
