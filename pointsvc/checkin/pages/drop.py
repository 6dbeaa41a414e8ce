"""A drop with everything behind it, and its corrections: one asks, another decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.queries import get_shift
from pointsvc.activities.rules import may_scan_in
from pointsvc.checkin.drops import DropFacts, find_drop_corrections, get_drop
from pointsvc.checkin.pages.desk import PROOF_NAMES, blueprint, my_scope
from pointsvc.checkin.scans import QUANTITY_MAX
from pointsvc.checkin.schemas import CorrectionDecisionForm, DropCorrectionForm
from pointsvc.checkin.service import decide_drop_correction as decided, request_drop_correction
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_caller, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.sources import movements_of
from pointsvc.members.queries import names_of
from pointsvc.organisation.permissions import may


@blueprint.route("/checkin/drops/<uuid:drop_id>")
@requires("checkin.drop")
def drop_scan(drop_id: UUID) -> str:
    """How it was scanned, how it stands, what it did in the books."""
    return _page(drop_id, {}, None)


@blueprint.route("/checkin/drops/<uuid:drop_id>", methods=["POST"])
@requires("checkin.correct_drop")
def correct_drop(drop_id: UUID) -> ResponseReturnValue:
    """Ask for its true quantity; nothing changes before somebody else agrees."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    try:
        values = parse_form(DropCorrectionForm, request.form)
        transact(
            lambda: request_drop_correction(
                community_id=community_id, caller=caller, scan_id=drop_id, now=now, **values
            )
        )
    except (Conflict, Invalid) as refusal:
        return _page(drop_id, request.form.to_dict(), refusal), refusal.status
    flash(_("已提交，等监督员审批。"), "success")
    return redirect(url_for("checkin.drop_scan", drop_id=drop_id), 303)


@blueprint.route("/checkin/drop-corrections/<uuid:drop_correction_id>", methods=["POST"])
@requires("checkin.approve")
def decide_drop(drop_correction_id: UUID) -> ResponseReturnValue:
    """Approve or decline; approving takes the old award back and posts the new one."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    approve = parse_form(CorrectionDecisionForm, request.form)["approve"] == "yes"
    try:
        transact(
            lambda: decided(
                community_id=community_id,
                caller=caller,
                correction_id=drop_correction_id,
                approve=approve,
                now=now,
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("已同意，账已改正。") if approve else _("已退回，什么都没有改。"), "success")
    return redirect(url_for("checkin.corrections"), 303)


def _page(drop_id: UUID, values: dict[str, Any], refusal: Refusal | None) -> str:
    community, caller = get_community(current_community_id()), current_caller()
    drop = get_drop(community.id, drop_id)
    shift = get_shift(community.id, drop.shift_id)
    is_mine = may_scan_in(my_scope(), shift.place_id, shift.led_by_id)
    if not is_mine and not caller.roles & {"supervisor", "auditor"}:
        raise Forbidden
    corrections = find_drop_corrections(community.id, state=None, scan_id=drop.id)
    movements = movements_of(community_id=community.id, source_type="scan", source_id=drop.id)
    people = {id_ for each in corrections for id_ in (each.requested_by_id, each.decided_by_id)}
    people |= {each.approved_by_id for each in movements} | {drop.actor_id}
    names = names_of(community.id, [id_ for id_ in people if id_ is not None])
    return render_template(
        "checkin/drop.html",
        drop=drop,
        shift=shift,
        zone=community.zone,
        proofs=PROOF_NAMES,
        movements=movements,
        corrections=corrections,
        names=names,
        may_correct=is_mine and drop.counts and may(caller, "checkin.correct_drop"),
        has_pending=any(each.state == "requested" for each in corrections),
        back=_back(drop),
        values=values,
        refusal=refusal,
        correction_id=new_id(),
        quantity_max=QUANTITY_MAX,
    )


def _back(drop: DropFacts) -> str:
    if may(current_caller(), "checkin.correct_drop"):
        return url_for("checkin.station", shift_id=drop.shift_id)
    return url_for("checkin.corrections")
