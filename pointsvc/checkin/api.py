"""`/api/v1`: scans one by one and in uploads, and the changing codes of members and shifts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from pointsvc.activities.queries import get_shift
from pointsvc.activities.rules import may_show_code
from pointsvc.activities.scopes import scope_of
from pointsvc.checkin.answers import may_see, missing_after, names_in, shown, shown_all
from pointsvc.checkin.codes import ShownCode, member_code, shift_code
from pointsvc.checkin.counted import count_answers
from pointsvc.checkin.duties import check_code_of
from pointsvc.checkin.guesses import check_guesses, count_guesses
from pointsvc.checkin.offline import check_owner
from pointsvc.checkin.queries import get_scan
from pointsvc.checkin.scans import ScanRequest
from pointsvc.checkin.schemas import (
    CodeShown,
    ScanAsked,
    ScansAsked,
    ScanShown,
    ScansShown,
    StoredScanShown,
)
from pointsvc.checkin.together import Recorded, record_together
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.errors import Forbidden, Refusal
from pointsvc.kernel.permission import (
    Caller,
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact

blueprint = Blueprint("checkin_api", __name__, url_prefix="/api/v1", description="扫码 scans")


@blueprint.route("/me/code")
@requires("me.read")
@blueprint.response(200, CodeShown)
def my_code() -> dict[str, Any]:
    """The caller's own changing code, for a leader, attendant or keeper to scan."""
    community_id, member_id = current_community_id(), current_actor_id()
    base, now = public_base(), clock.now()
    code = transact(
        lambda: member_code(community_id=community_id, member_id=member_id, base=base, now=now)
    )
    return _code(code, community_id)


@blueprint.route("/shifts/<uuid:shift_id>/code")
@requires("checkin.show_code")
@blueprint.response(200, CodeShown)
@blueprint.alt_response(409, description="activities.shift_cancelled, activities.shift_over")
def code_of_shift(shift_id: UUID) -> dict[str, Any]:
    """The shift's changing code, for volunteers to scan: to who may scan in it, and its kiosk."""
    community_id, base, now = current_community_id(), public_base(), clock.now()
    shift = get_shift(community_id, shift_id)
    if not may_show_code(scope_of(current_caller()), shift.place_id, shift.led_by_id):
        raise Forbidden
    check_code_of(shift, get_community(community_id), now)
    code = transact(
        lambda: shift_code(community_id=community_id, shift_id=shift_id, base=base, now=now)
    )
    return _code(code, community_id)


@blueprint.route("/scans", methods=["POST"])
@requires("checkin.scan")
@blueprint.arguments(ScanAsked())
@blueprint.response(200, ScanShown)
@blueprint.alt_response(409, description="scan.id_reused")
@blueprint.alt_response(429, description="sign_in.too_many: digits were guessed")
def scan(body: dict[str, Any]) -> dict[str, Any]:
    """Record a scan; a decided refusal is an answer with its reason, not an error."""
    caller = current_caller()
    done = recorded(caller, [ScanRequest(**body)])
    [outcome] = done.outcomes
    if isinstance(outcome, Refusal):
        raise outcome
    return shown(caller, outcome, done.names)


@blueprint.route("/scans/batch", methods=["POST"])
@requires("checkin.scan")
@blueprint.arguments(ScansAsked())
@blueprint.response(200, ScansShown)
@blueprint.alt_response(429, description="sign_in.too_many: digits were guessed")
def upload(body: dict[str, Any]) -> dict[str, Any]:
    """Record up to 200 scans; each has its own answer. Any order and repetition, the same books.

    Where scans carry their device's number, `missing` says which earlier ones have not come yet.
    """
    caller = current_caller()
    check_owner(caller, request.headers.get("Scan-Owner"))
    scans = [ScanRequest(**each) for each in body["scans"]]
    done = recorded(caller, scans)
    results = shown_all(caller, scans, done.outcomes, done.names)
    missing = missing_after(caller, scans)
    return {"results": results} | ({} if missing is None else {"missing": missing})


@blueprint.route("/scans/<uuid:scan_id>")
@requires("checkin.read")
@blueprint.response(200, StoredScanShown)
def stored_scan(scan_id: UUID) -> dict[str, Any]:
    """A scan's first answer and its present state: to who sent it, whom it counts, who leads there."""
    community_id, caller = current_community_id(), current_caller()
    found = get_scan(community_id, scan_id)
    if not may_see(caller, found, community_id):
        raise Forbidden
    zone = get_community(community_id).zone
    return shown(caller, found.receipt, names_in(caller, [found.receipt])) | {
        "state": found.state,
        "received_at": clock.local(found.received_at, zone).isoformat(),
        "distance_metres": found.distance_metres,
        "decisions": [
            {
                "decision": each.decision,
                "reason": each.reason,
                "decided_at": clock.local(each.decided_at, zone).isoformat(),
            }
            for each in found.decisions
        ],
    }


def recorded(caller: Caller, scans: Sequence[ScanRequest]) -> Recorded:
    """Record scans with whatever waits, guesses of typed digits counted beside it."""
    community_id, now = current_community_id(), clock.now()
    check_guesses(actor_id=caller.id, texts=[scan.code or "" for scan in scans], now=now)
    done = record_together(community_id=community_id, caller=caller, scans=scans)
    count_guesses(actor_id=caller.id, scans=scans, outcomes=done.outcomes, now=now)
    count_answers(done.outcomes)
    return done


def _code(code: ShownCode, community_id: UUID) -> dict[str, Any]:
    zone = get_community(community_id).zone
    return {"url": code.url, "valid_until": clock.local(code.valid_until, zone).isoformat()}
