"""`/api/v1/devices/enrolments`: a device takes its one-time code."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from pointsvc.communities.queries import get_community, get_place
from pointsvc.kernel import clock
from pointsvc.kernel.permission import public
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.devices import check_enrolment, enrol
from pointsvc.organisation.schemas import EnrolmentAsked, EnrolmentShown

blueprint = Blueprint(
    "organisation_api", __name__, url_prefix="/api/v1", description="设备 devices"
)


@blueprint.route("/devices/enrolments", methods=["POST"])
@public
@blueprint.arguments(EnrolmentAsked)
@blueprint.response(201, EnrolmentShown)
@blueprint.alt_response(404, description="organisation.enrolment_spent")
@blueprint.alt_response(429, description="sign_in.too_many")
def enrol_device(body: dict[str, Any]) -> dict[str, Any]:
    """Spend the code for a token that works until the device is revoked."""
    code, now = body["code"], clock.now()
    check_enrolment(code=code, address=request.remote_addr or "-", now=now)
    agent = request.headers.get("User-Agent", "")
    enrolled = transact(lambda: enrol(code=code, agent=agent, now=now))
    community = get_community(enrolled.community_id)
    device = enrolled.device
    return {
        "token": enrolled.visit.token,
        "expires_at": clock.local(enrolled.visit.expires_at, community.zone).isoformat(),
        "device": {
            "id": device.id,
            "kind": device.kind,
            "name": device.name,
            "place": get_place(community.id, device.place_id),
        },
    }
