"""Devices: made here, enrolled by a one-time address or on the spot, revoked with a click."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import find_places, get_community, place_names
from pointsvc.kernel import clock, qr
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.devices import (
    KINDS,
    create_device,
    find_devices,
    get_device,
    renew_enrolment,
    revoke_device,
)
from pointsvc.organisation.pages.desk import DEVICE_NAMES, blueprint, clerk, done
from pointsvc.organisation.schemas import DeviceForm

QR_VERSION_MAX = 15


@blueprint.route("/devices")
@requires("organisation.read")
def devices() -> str:
    """Devices in use or waiting to be enrolled."""
    return _devices({}, None)


@blueprint.route("/devices", methods=["POST"])
@requires("organisation.write")
def new_device() -> ResponseReturnValue:
    """Make a device; its one-time address is shown this once."""
    community_id, actor, now, device_id = current_community_id(), clerk(), clock.now(), new_id()
    try:
        values = parse_form(DeviceForm, request.form)
        code = transact(
            lambda: create_device(
                community_id=community_id, device_id=device_id, actor=actor, now=now, **values
            )
        )
    except Refusal as refusal:
        return _devices(request.form.to_dict(), refusal), refusal.status
    return _enrolment(device_id, code)


@blueprint.route("/devices/<uuid:device_id>/code", methods=["POST"])
@requires("organisation.write")
def new_code(device_id: UUID) -> str:
    """Another one-time address; the device's token stops working."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    code = transact(
        lambda: renew_enrolment(
            community_id=community_id, device_id=device_id, actor=actor, now=now
        )
    )
    return _enrolment(device_id, code)


@blueprint.route("/devices/<uuid:device_id>/revoke", methods=["POST"])
@requires("organisation.write")
def revoke_one(device_id: UUID) -> ResponseReturnValue:
    """Shut the device out."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        revoke_device(community_id=community_id, device_id=device_id, actor=actor, now=now)

    return done("organisation.devices", work, _("设备已停用，上面的登录都已退出。"))


def _enrolment(device_id: UUID, code: str) -> str:
    path = url_for("web.enrol_device", code=code)
    address = public_base() + path
    return render_template(
        "organisation/enrolment.html",
        device=get_device(current_community_id(), device_id),
        address=address,
        path=path,
        svg=qr.svg(
            address, title=_("启用设备的地址"), error_correction="M", version_max=QR_VERSION_MAX
        ),
    )


def _devices(values: dict[str, Any], refusal: Refusal | None) -> str:
    community = get_community(current_community_id())
    found = find_devices(community.id)
    return render_template(
        "organisation/devices.html",
        devices=found,
        place_names=place_names(community.id, [device.place_id for device in found]),
        kinds=[(kind, DEVICE_NAMES[kind]) for kind in KINDS],
        kind_names=DEVICE_NAMES,
        places=[(place.id, place.name) for place in find_places(community.id)],
        zone=community.zone,
        values=values,
        refusal=refusal,
    )
