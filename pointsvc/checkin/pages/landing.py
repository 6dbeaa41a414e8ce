"""The address in every code. `GET` shows and never writes: chat apps open links to preview them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.answers import may_see
from pointsvc.checkin.codes import place_of_sign
from pointsvc.checkin.landing import Landing, look_up
from pointsvc.checkin.pages.desk import PROOF_NAMES, blueprint, recorded, url_if_there
from pointsvc.checkin.pages.verdicts import spoken
from pointsvc.checkin.queries import get_scan
from pointsvc.checkin.reasons import message_of
from pointsvc.checkin.scans import ScanRequest
from pointsvc.checkin.schemas import SelfForm
from pointsvc.checkin.witnesses import Sight, sights_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    public,
    requires,
)


@blueprint.route("/c/<path:token>")
@public
def landing(token: str) -> str:
    """What the code is, for whoever opened it, and the button that would use it."""
    caller = current_caller()
    found = look_up(caller=caller, text=token, now=clock.now())
    return render_template(
        "checkin/landing.html",
        token=token,
        landing=found,
        proof_name=PROOF_NAMES[found.proof],
        why=message_of(found.reason),
        is_anonymous=caller.kind == "anonymous",
        sign_in_url=url_for("web.sign_in", next=request.path),
        counter_url=url_if_there("shop.counter", code=token) if found.keeps_shop else "",
        duty_url=url_for("checkin.duty"),
        scan_ids=[new_id() for _chance in found.chances],
        sights=_sights(found),
        zone=_zone(),
        sign=None if found.meaning == "fault" else place_of_sign(text=token, now=clock.now()),
    )


@blueprint.route("/c/<path:token>", methods=["POST"])
@requires("checkin.scan")
def self_scan(token: str) -> ResponseReturnValue:
    """The volunteer's own check-in or check-out; the verdict has an address of its own."""
    values = parse_form(SelfForm, request.form)
    receipt = recorded(ScanRequest(code=token, **values), choose_direction=False, now=clock.now())
    return redirect(url_for("checkin.verdict", scan_id=receipt.scan_id), 303)


@blueprint.route("/checkin/scans/<uuid:scan_id>")
@requires("checkin.read")
def verdict(scan_id: UUID) -> str:
    """A scan's first answer, and how it stands by now."""
    community, caller = get_community(current_community_id()), current_caller()
    found = get_scan(community.id, scan_id)
    if not may_see(caller, found, community.id):
        raise Forbidden
    return render_template(
        "checkin/verdict.html",
        said=spoken(caller, community.id, found.receipt),
        receipt=found.receipt,
        state=found.state,
        at=found.happened_at,
        zone=community.zone,
        hours=community.settings.provisional_hours,
        distance_metres=found.distance_metres,
        may_be_vouched=community.settings.vouched_people_max > 0,
    )


def _sights(found: Landing) -> list[Sight]:
    """Those for whom the reader may vouch, where the code is that of a place with open shifts."""
    if found.meaning != "place":
        return []
    here = {chance.shift.id for chance in found.chances}
    community = get_community(current_community_id())
    sights = sights_of(community, current_actor_id(), clock.now())
    return [sight for sight in sights if sight.shift.id in here]


def _zone() -> Any:
    caller = current_caller()
    return get_community(caller.community_id).zone if caller.community_id else clock.DEFAULT_ZONE
