"""What waits for a person: confirm, release or annul, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.answers import numbers_of
from pointsvc.checkin.counters import missing_of_sender
from pointsvc.checkin.pages.desk import blueprint, my_scope
from pointsvc.checkin.pending import cases_for
from pointsvc.checkin.schemas import DecisionForm
from pointsvc.checkin.service import DecisionReceipt, decide_attendance, decide_lone_scan
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, NotFound
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    Caller,
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact


@blueprint.route("/checkin/waiting")
@requires("checkin.roster")
def waiting() -> str:
    """Everything that the caller may decide, oldest first; one's own household's only to see."""
    return _page({}, None)


@blueprint.route("/checkin/waiting", methods=["POST"])
@requires("checkin.roster")
def decide() -> ResponseReturnValue:
    """Accept or annul one; then back to where it was decided (`shift_id`), or to the list."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    form = request.form.to_dict()
    shift_id = form.pop("shift_id", "")
    try:
        values = parse_form(DecisionForm, form)
        receipt = transact(lambda: _decided(community_id, caller, values, now))
    except Invalid as refusal:
        return _page(form, refusal), refusal.status
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_words(receipt, accept=values["accept"] == "yes"), "success")
    if shift_id:
        return redirect(url_for("checkin.shift", shift_id=shift_id), 303)
    return redirect(url_for("checkin.waiting"), 303)


def _decided(
    community_id: UUID, caller: Caller, values: dict[str, Any], now: datetime
) -> DecisionReceipt:
    """Hand it to the verb for an attendance or for a scan that stands alone."""
    facts = {
        "community_id": community_id,
        "caller": caller,
        "accept": values["accept"] == "yes",
        "reason": values["reason"],
        "now": now,
    }
    if values["attendance_id"] is not None:
        return decide_attendance(attendance_id=values["attendance_id"], **facts)
    if values["scan_id"] is not None:
        return decide_lone_scan(scan_id=values["scan_id"], **facts)
    raise NotFound


def _words(receipt: DecisionReceipt, *, accept: bool) -> str:
    if not accept:
        return _("已作废，不计分。")
    if receipt.points:
        return _("已确认，记 %(points)s 分。", points=receipt.points)
    return _("已确认。")


def _page(values: dict[str, Any], refusal: Invalid | None) -> str:
    community = get_community(current_community_id())
    return render_template(
        "checkin/waiting.html",
        zone=community.zone,
        cases=cases_for(community.id, my_scope(), reader_id=current_actor_id()),
        missing=missing_of_sender(community.id, current_actor_id(), clock.now()),
        numbers_of=numbers_of,
        values=values,
        refusal=refusal,
    )
