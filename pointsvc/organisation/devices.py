"""Devices of a community: made by the clerk, enrolled by a one-time code, revoked with a click."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_place
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.one_time import new_token, token_hash
from pointsvc.members.throttle import check_throttles, count_failure, watched
from pointsvc.members.visits import OpenedVisit, end_visits_of, end_visits_on, open_visit
from pointsvc.organisation.errors import EnrolmentSpent
from pointsvc.organisation.models import Device

KINDS: Final = ("scanner", "kiosk", "till")
ENROLMENT_LIFETIME: Final = timedelta(hours=24)
NAME_LENGTH_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """A device, where it stands, and whether it is in use."""

    id: UUID
    kind: str
    name: str
    place_id: UUID
    enrolled_at: datetime | None
    waits_until: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device that took its code: its token, shown this once."""

    device: DeviceFacts
    community_id: UUID
    visit: OpenedVisit


def create_device(
    *,
    community_id: UUID,
    device_id: UUID,
    kind: str,
    name: str,
    place_id: UUID,
    actor: Actor,
    now: datetime,
) -> str:
    """Make a device at a place; its enrolment code, valid for 24 h and once.

    Raises:
        Invalid: kind, name, a till outside a shop, or a scanner in one. NotFound: the place.
    """
    plain = name.strip()
    if kind not in KINDS:
        raise Invalid({"kind": [_("没有这一类设备。")]})
    if not 1 <= len(plain) <= NAME_LENGTH_MAX:
        raise Invalid({"name": [_("名称须为 1 至 60 个字。")]})
    is_shop = get_place(community_id, place_id).kind == "shop"
    if kind == ("scanner" if is_shop else "till"):
        raise Invalid({"place_id": [_("收银台放在超市，扫码枪放在其他场所；展码屏哪里都行。")]})
    db.session.add(
        Device(
            community_id=community_id,
            id=device_id,
            kind=kind,
            name=plain,
            place_id=place_id,
            created_by_id=actor.id,
        )
    )
    db.session.flush()
    note(
        community_id=community_id,
        actor=actor,
        action="devices.created",
        subject_id=device_id,
        now=now,
        detail={"kind": kind},
    )
    return renew_enrolment(community_id=community_id, device_id=device_id, actor=actor, now=now)


def renew_enrolment(*, community_id: UUID, device_id: UUID, actor: Actor, now: datetime) -> str:
    """Another enrolment code: the older code and the device's token stop working.

    Raises:
        NotFound: no such device, or a revoked one.
    """
    code = f"{community_id.hex}{new_token()}"
    done = db.session.execute(
        update(Device)
        .where(
            Device.community_id == community_id,
            Device.id == device_id,
            Device.revoked_at.is_(None),
        )
        .values(
            enrolment_hash=token_hash(code),
            enrolment_expires_at=now + ENROLMENT_LIFETIME,
            enrolled_at=None,
        )
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    end_visits_of(subject_id=device_id, now=now)
    note(
        community_id=community_id,
        actor=actor,
        action="devices.code_made",
        subject_id=device_id,
        now=now,
    )
    return code


def look_at_enrolment(*, code: str, now: datetime) -> DeviceFacts:
    """The device that a code would enrol, for the page with the button. Raises EnrolmentSpent.

    A look counts as no failure: any page could make its readers' browsers look, and so shut the
    whole street's address out.
    """
    found = _find_waiting(code, now)
    if found is None:
        raise EnrolmentSpent
    return _facts(found)


def check_enrolment(*, code: str, address: str, now: datetime) -> DeviceFacts:
    """The device that a code enrols; call before `transact`. Raises TooMany…, EnrolmentSpent."""
    from_here = [watched("address", address)]
    check_throttles(from_here, now=now)
    found = _find_waiting(code, now)
    if found is None:
        count_failure(from_here, now=now)
        raise EnrolmentSpent
    return _facts(found)


def enrol(*, code: str, agent: str, now: datetime) -> Enrolled:
    """Spend the code: the device is signed in until it is revoked. Raises EnrolmentSpent."""
    device = _find_waiting(code, now)
    if device is None:
        raise EnrolmentSpent
    device.enrolment_hash = device.enrolment_expires_at = None
    device.enrolled_at = now
    db.session.flush()
    visit = open_visit(
        subject_kind="device",
        subject_id=device.id,
        community_id=device.community_id,
        agent=agent,
        now=now,
    )
    actor = Actor("device", device.id)
    note(
        community_id=device.community_id,
        actor=actor,
        action="devices.enrolled",
        subject_id=device.id,
        now=now,
    )
    return Enrolled(_facts(device), device.community_id, visit)


def revoke_device(*, community_id: UUID, device_id: UUID, actor: Actor, now: datetime) -> None:
    """Shut a device out at once, whoever is signed in on it included. Raises NotFound."""
    done = db.session.execute(
        update(Device)
        .where(
            Device.community_id == community_id,
            Device.id == device_id,
            Device.revoked_at.is_(None),
        )
        .values(revoked_at=now, enrolment_hash=None, enrolment_expires_at=None)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    end_visits_of(subject_id=device_id, now=now)
    end_visits_on(device_id=device_id, now=now)
    note(
        community_id=community_id,
        actor=actor,
        action="devices.revoked",
        subject_id=device_id,
        now=now,
    )


def device_names(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of those of the ids that are the community's devices, revoked ones too."""
    rows = db.session.execute(
        select(Device.id, Device.name).where(
            Device.community_id == community_id, Device.id.in_(ids)
        )
    )
    return {row.id: row.name for row in rows}


def get_device(community_id: UUID, device_id: UUID) -> DeviceFacts:
    """The device. Raises NotFound."""
    device = db.session.get(Device, (community_id, device_id))
    if device is None:
        raise NotFound
    return _facts(device)


def find_devices(community_id: UUID, *, with_revoked: bool = False) -> list[DeviceFacts]:
    """The devices of a community by name, at most 500."""
    wanted = select(Device).where(Device.community_id == community_id)
    if not with_revoked:
        wanted = wanted.where(Device.revoked_at.is_(None))
    rows = db.session.scalars(wanted.order_by(Device.name, Device.id).limit(500))
    return [_facts(device) for device in rows]


def _find_waiting(code: str, now: datetime) -> Device | None:
    try:
        community_id = UUID(hex=code.strip()[:32])
    except ValueError:
        return None
    return db.session.scalars(
        select(Device)
        .where(
            Device.community_id == community_id,
            Device.enrolment_hash == token_hash(code.strip()),
            Device.enrolment_expires_at > now,
            Device.revoked_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()


def _facts(device: Device) -> DeviceFacts:
    return DeviceFacts(
        device.id,
        device.kind,
        device.name,
        device.place_id,
        device.enrolled_at,
        device.enrolment_expires_at,
        device.revoked_at,
    )
