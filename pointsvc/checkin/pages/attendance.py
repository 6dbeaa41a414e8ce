"""An attendance with everything behind it, and its corrections: one asks, another decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.drops import asked_drop_corrections
from pointsvc.checkin.pages.desk import PROOF_NAMES, blueprint
from pointsvc.checkin.schemas import CorrectionDecisionForm, CorrectionForm
from pointsvc.checkin.service import decide_correction as decided, request_correction
from pointsvc.checkin.traces import asked_corrections, trace_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, Refusal
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


@blueprint.route("/checkin/attendances/<uuid:attendance_id>")
@requires("checkin.trace")
def attendance(attendance_id: UUID) -> str:
    """Its scans, decisions, corrections and what they did in the books."""
    return _page(attendance_id, {}, None)


@blueprint.route("/checkin/attendances/<uuid:attendance_id>", methods=["POST"])
@requires("checkin.correct")
def correct(attendance_id: UUID) -> ResponseReturnValue:
    """Ask to void it or to give it other times; nothing changes before somebody else agrees."""
    community, actor_id, now = (
        get_community(current_community_id()),
        current_actor_id(),
        clock.now(),
    )
    try:
        values = parse_form(CorrectionForm, request.form)
        in_at, out_at = _times(values, community.zone)
        transact(
            lambda: request_correction(
                community_id=community.id,
                correction_id=values["correction_id"],
                attendance_id=attendance_id,
                requested_by_id=actor_id,
                reason=values["reason"],
                now=now,
                in_at=in_at,
                out_at=out_at,
            )
        )
    except (Conflict, Invalid) as refusal:
        return _page(attendance_id, request.form.to_dict(), refusal), refusal.status
    flash(_("已提交，等监督员审批。"), "success")
    return redirect(url_for("checkin.attendance", attendance_id=attendance_id), 303)


@blueprint.route("/checkin/corrections")
@requires("checkin.trace")
def corrections() -> str:
    """Corrections that wait for a second person, and those decided lately."""
    community = get_community(current_community_id())
    asked = asked_corrections(community.id)
    drops = asked_drop_corrections(community.id)
    return render_template(
        "checkin/corrections.html",
        zone=community.zone,
        waiting=[each for each in asked if each.facts.state == "requested"],
        decided=[each for each in asked if each.facts.state != "requested"],
        waiting_drops=[each for each in drops if each.facts.state == "requested"],
        decided_drops=[each for each in drops if each.facts.state != "requested"],
    )


@blueprint.route("/checkin/corrections/<uuid:correction_id>", methods=["POST"])
@requires("checkin.approve")
def decide_correction(correction_id: UUID) -> ResponseReturnValue:
    """Approve or decline; approving takes the old award back and posts the new one."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    approve = parse_form(CorrectionDecisionForm, request.form)["approve"] == "yes"
    try:
        transact(
            lambda: decided(
                community_id=community_id,
                caller=caller,
                correction_id=correction_id,
                approve=approve,
                now=now,
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("已同意，账已改正。") if approve else _("已退回，什么都没有改。"), "success")
    return redirect(url_for("checkin.corrections"), 303)


def _times(values: dict[str, Any], zone: str) -> tuple[datetime | None, datetime | None]:
    """The new times in UTC. Raises Invalid where new times are asked for and not given."""
    if values["kind"] == "void":
        return None, None
    if values["in_at"] is None:
        raise Invalid({"in_at": [_("请填签到时间。")]})
    times = (values["in_at"], values["out_at"])
    local = [each and each.replace(tzinfo=ZoneInfo(zone)) for each in times]
    return local[0], local[1]


def _page(attendance_id: UUID, values: dict[str, Any], refusal: Refusal | None) -> str:
    community, caller = get_community(current_community_id()), current_caller()
    trace = trace_of(community.id, attendance_id)
    return render_template(
        "checkin/attendance.html",
        trace=trace,
        zone=community.zone,
        proofs=PROOF_NAMES,
        may_correct="clerk" in caller.roles and trace.attendance.state != "void",
        values=values or _as_it_is(trace.attendance, community.zone),
        refusal=refusal,
        correction_id=new_id(),
    )


def _as_it_is(present: Any, zone: str) -> dict[str, str]:
    """The form begins with the times as they stand."""
    times = {"in_at": present.in_at, "out_at": present.out_at}
    return {name: f"{clock.local(at, zone):%Y-%m-%dT%H:%M}" for name, at in times.items() if at}
