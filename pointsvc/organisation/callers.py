"""From a token to a caller: one read on the way into every request."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, func, select

from pointsvc.extensions import db
from pointsvc.kernel.permission import Caller
from pointsvc.members.models import Member, SignIn
from pointsvc.organisation.models import Device, RoleGrant
from pointsvc.organisation.rules import ON_DEVICE, WITHHELD_LEAVES, roles_with

Carrier = Literal["cookie", "bearer"]


def find_caller(*, token: str, carried_by: Carrier, now: datetime) -> Caller | None:
    """The caller that the token stands for; None when it is unknown, ended or revoked."""
    digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
    rows = db.session.execute(_visit().where(SignIn.token_hash == digest)).all()
    if not rows or not _is_live(rows[0], now):
        return None
    visit = rows[0]
    if visit.subject_kind == "operator":
        return Caller(
            "operator",
            visit.subject_id,
            sign_in_id=visit.id,
            carried_by=carried_by,
            last_seen_at=visit.last_seen_at,
        )
    if visit.subject_kind == "device":
        return _device(visit, carried_by)
    if visit.state != "active" or (visit.on_device_id and visit.kind is None):
        return None
    roles = roles_with(row.role for row in rows if row.role)
    if visit.withheld_at is not None:
        roles &= WITHHELD_LEAVES
    if visit.on_device_id:
        roles &= ON_DEVICE.get(visit.kind, frozenset())
    return _member(visit, roles, carried_by)


def _visit() -> Select[*tuple[Any, ...]]:
    """A visit with its member's state, granted roles (one a row), and the device that it is on."""
    return (
        select(
            SignIn.id,
            SignIn.subject_kind,
            SignIn.subject_id,
            SignIn.community_id,
            SignIn.on_device_id,
            SignIn.last_seen_at,
            SignIn.expires_at,
            SignIn.idle_seconds,
            SignIn.revoked_at,
            SignIn.withheld_at,
            Member.state,
            RoleGrant.role,
            Device.kind,
            Device.place_id,
        )
        .outerjoin(
            Member,
            and_(Member.community_id == SignIn.community_id, Member.id == SignIn.subject_id),
        )
        .outerjoin(
            RoleGrant,
            and_(
                RoleGrant.community_id == Member.community_id,
                RoleGrant.member_id == Member.id,
                RoleGrant.revoked_at.is_(None),
            ),
        )
        .outerjoin(
            Device,
            and_(
                Device.community_id == SignIn.community_id,
                Device.id == func.coalesce(SignIn.on_device_id, SignIn.subject_id),
                Device.revoked_at.is_(None),
            ),
        )
    )


def _is_live(visit: Row[*tuple[Any, ...]], now: datetime) -> bool:
    if visit.revoked_at is not None or visit.expires_at <= now:
        return False
    idle = visit.idle_seconds
    return idle is None or now - visit.last_seen_at <= timedelta(seconds=idle)


def _member(visit: Row[*tuple[Any, ...]], roles: frozenset[str], carried_by: Carrier) -> Caller:
    return Caller(
        "member",
        visit.subject_id,
        visit.community_id,
        roles,
        visit.id,
        on_device_id=visit.on_device_id,
        place_id=visit.place_id if visit.on_device_id else None,
        device_kind=visit.kind if visit.on_device_id else None,
        carried_by=carried_by,
        last_seen_at=visit.last_seen_at,
        idle_seconds=visit.idle_seconds,
        is_withheld=visit.withheld_at is not None,
    )


def _device(visit: Row[*tuple[Any, ...]], carried_by: Carrier) -> Caller | None:
    if visit.kind is None:
        return None
    return Caller(
        "device",
        visit.subject_id,
        visit.community_id,
        sign_in_id=visit.id,
        place_id=visit.place_id,
        device_kind=visit.kind,
        carried_by=carried_by,
        last_seen_at=visit.last_seen_at,
    )
