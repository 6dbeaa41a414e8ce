"""The shift's changing code in large, for people to scan from the leader's phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, url_for

from pointsvc.activities.queries import ShiftFacts, get_shift
from pointsvc.activities.rules import may_show_code
from pointsvc.checkin.codes import shift_code as code_of
from pointsvc.checkin.duties import check_code_of, latest_name_at
from pointsvc.checkin.pages.desk import QR_VERSION_MAX, blueprint, my_scope
from pointsvc.checkin.queries import counts_at
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock, qr
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact


@blueprint.route("/checkin/shifts/<uuid:shift_id>/code")
@requires("checkin.show_code")
def shift_code(shift_id: UUID) -> str:
    """The code, the place and the hours, and nothing that a passer-by should not read."""
    shift = _shift(shift_id)
    return render_template("checkin/code.html", back_id=shift_id, **code_facts(shift, clock.now()))


@blueprint.route("/checkin/shifts/<uuid:shift_id>/code/box")
@requires("checkin.show_code")
def shift_code_box(shift_id: UUID) -> str:
    """The box alone, for the script that changes it every 30 s."""
    return render_template("checkin/_code.html", **code_facts(_shift(shift_id), clock.now()))


def code_facts(shift: ShiftFacts, now: datetime, *, box_url: str = "") -> dict[str, Any]:
    """What the box shows. Raises ShiftCancelled, ShiftOver."""
    community_id, base = current_community_id(), public_base()
    community = get_community(community_id)
    check_code_of(shift, community, now)
    shown = transact(
        lambda: code_of(community_id=community_id, shift_id=shift.id, base=base, now=now)
    )
    return {
        "shift": shift,
        "zone": community.zone,
        "svg": qr.svg(shown.url, title=_("场次的码"), version_max=QR_VERSION_MAX, is_brief=True),
        "count": counts_at(community_id, [shift.id]).get(shift.id, 0),
        "latest": latest_name_at(community_id, shift.id),
        "box_url": box_url or url_for("checkin.shift_code_box", shift_id=shift.id),
        "valid_until": shown.next_at.isoformat(),
        "served_at": now.isoformat(),
    }


def _shift(shift_id: UUID) -> ShiftFacts:
    shift = get_shift(current_community_id(), shift_id)
    if not may_show_code(my_scope(), shift.place_id, shift.led_by_id):
        raise Forbidden
    return shift
