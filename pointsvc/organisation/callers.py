"""From a token to a caller: one read on the way into every request."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Row, select

from pointsvc.extensions import db
from pointsvc.kernel.permission import Caller
from pointsvc.members.models import Member, SignIn
from pointsvc.organisation.models import Device, RoleGrant


def find_caller(
    *, token: str, carried_by: Literal["cookie", "bearer"], now: datetime
) -> Caller | None:
    """The caller that the token stands for; None when it is unknown, ended or revoked."""
    visit = db.session.execute(
        select(SignIn).where(SignIn.token_hash == hashlib.sha256(token.encode()).digest())
    ).scalar_one_or_none()
    if visit is None or not _is_live(visit, now):
        return None
    if visit.subject_kind == "operator":
        return Caller("operator", visit.subject_id, None, sign_in_id=visit.id, carried_by=carried_by)
    if visit.subject_kind == "device":
        return _device(visit, carried_by)
    return _member(visit, carried_by)


def _is_live(visit: SignIn, now: datetime) -> bool:
    if visit.revoked_at is not None or visit.expires_at <= now:
        return False
    idle = visit.idle_seconds
    return idle is None or now - visit.last_seen_at <= timedelta(seconds=idle)


def _member(visit: SignIn, carried_by: Literal["cookie", "bearer"]) -> Caller | None:
    state = db.session.execute(
        select(Member.state).where(
            Member.community_id == visit.community_id, Member.id == visit.subject_id
        )
    ).scalar_one_or_none()
    if state != "active":
        return None
    granted = db.session.scalars(
        select(RoleGrant.role).where(
            RoleGrant.community_id == visit.community_id,
            RoleGrant.member_id == visit.subject_id,
            RoleGrant.revoked_at.is_(None),
        )
    )
    return Caller(
        "member",
        visit.subject_id,
        visit.community_id,
        frozenset(granted),
        visit.id,
        on_device_id=visit.on_device_id,
        carried_by=carried_by,
    )


def _device(visit: SignIn, carried_by: Literal["cookie", "bearer"]) -> Caller | None:
    device: Row[tuple[str, object]] | None = db.session.execute(
        select(Device.kind, Device.place_id).where(
            Device.community_id == visit.community_id,
            Device.id == visit.subject_id,
            Device.revoked_at.is_(None),
        )
    ).one_or_none()
    if device is None:
        return None
    return Caller(
        "device",
        visit.subject_id,
        visit.community_id,
        sign_in_id=visit.id,
        place_id=device.place_id,
        device_kind=device.kind,
        carried_by=carried_by,
    )
