"""The blueprint, and what every page of check-in needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, current_app, request, url_for

from pointsvc.activities.queries import ShiftFacts, get_shift
from pointsvc.activities.rules import Scope, may_scan_in
from pointsvc.activities.scopes import scope_of
from pointsvc.checkin.counted import count_answers
from pointsvc.checkin.directions import find_direction
from pointsvc.checkin.guesses import check_guesses, count_guesses
from pointsvc.checkin.reasons import message_of
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.checkin.service import record_scans
from pointsvc.checkin.together import record_together
from pointsvc.kernel.errors import Forbidden, Refusal
from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l
from pointsvc.kernel.permission import Caller, current_caller, current_community_id
from pointsvc.kernel.transaction import transact

blueprint = Blueprint("checkin", __name__)
blueprint.add_app_template_filter(message_of, "reason")

QR_VERSION_MAX: Final = 10
PROOF_NAMES: Final[dict[str, LazyText]] = {
    "card": _l("居民卡"),
    "member_code": _l("手机上的码"),
    "typed": _l("手机上的数字"),
    "shift_code": _l("场次的码"),
    "sign": _l("标牌"),
    "roster": _l("名册点名"),
    "none": _l("读不出的码"),
}


def shift_to_scan(shift_id: UUID) -> ShiftFacts:
    """The shift, for who may scan in it. Raises NotFound, Forbidden."""
    shift = get_shift(current_community_id(), shift_id)
    if not may_scan_in(my_scope(), shift.place_id, shift.led_by_id):
        raise Forbidden
    return shift


def my_scope() -> Scope:
    """Where the caller runs shifts."""
    return scope_of(current_caller())


def recorded(scan: ScanRequest, *, choose_direction: bool, now: datetime) -> ScanReceipt:
    """Record a scan of this page, its direction found where the page leaves it open.

    Raises:
        The scan's own refusal where it leaves no row: ScanIdReused, NotFound, Forbidden.
        TooManyFailures: digits were guessed.
    """
    community_id, caller = current_community_id(), current_caller()
    check_guesses(actor_id=caller.id, texts=[scan.code or ""], now=now)
    if choose_direction:
        [outcome] = transact(
            lambda: record_scans(
                community_id=community_id,
                caller=caller,
                scans=[_directed(scan, community_id, now)],
                now=now,
            )
        )
    else:
        done = record_together(community_id=community_id, caller=caller, scans=[scan])
        [outcome] = done.outcomes
    count_guesses(actor_id=caller.id, scans=[scan], outcomes=[outcome], now=now)
    count_answers([outcome])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def is_fragment() -> bool:
    """Whether a script asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def url_if_there(endpoint: str, **values: Any) -> str:
    """The address of a page, where this server has it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def is_clerk(caller: Caller) -> bool:
    """Whether the caller keeps the books of attendance."""
    return "clerk" in caller.roles


def _directed(scan: ScanRequest, community_id: UUID, now: datetime) -> ScanRequest:
    assert scan.code is not None
    assert scan.shift_id is not None
    direction = find_direction(
        community_id=community_id,
        scan_id=scan.scan_id,
        code=scan.code,
        shift_id=scan.shift_id,
        now=now,
    )
    return replace(scan, direction=direction)
