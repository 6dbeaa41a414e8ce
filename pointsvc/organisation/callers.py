"""From a token to a caller: one read on the way into every request, shared by those who come at once.

Nothing is kept from one request to the next: a visit that was ended, a role that was taken or a device
that was shut out is so for whoever comes after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from flask import current_app
from sqlalchemy import Select, and_, func, select

from pointsvc.kernel.permission import Caller
from pointsvc.kernel.prepared import Among, Found, fetch_alone, prepared, table_of
from pointsvc.kernel.together import Together
from pointsvc.members.models import Member, SignIn
from pointsvc.organisation.models import Device, RoleGrant
from pointsvc.organisation.rules import ON_DEVICE, WITHHELD_LEAVES, roles_with

Carrier = Literal["cookie", "bearer"]
Rows = list[Found]
LINE: Final = "callers_together"
TOGETHER_MAX: Final = 100


def find_caller(*, token: str, carried_by: Carrier, now: datetime) -> Caller | None:
    """The caller that the token stands for; None when it is unknown, ended or revoked."""
    digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
    rows = _line().do(digest)
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


def _line() -> Together[bytes, Rows]:
    line: Together[bytes, Rows] | None = current_app.extensions.get(LINE)
    if line is None:
        line = Together(_found, weigh=lambda _digest: 1, most=TOGETHER_MAX)
        line = current_app.extensions.setdefault(LINE, line)
    return line


def _found(digests: Sequence[bytes]) -> list[Rows]:
    rows: dict[bytes, Rows] = {digest: [] for digest in digests}
    for row in fetch_alone(_visits(), hashes=list(rows)):
        rows[row.token_hash].append(row)
    return [rows[digest] for digest in digests]


@prepared
def _visits(among: Among) -> Select[*tuple[Any, ...]]:
    """Visits with their member's state, granted roles (one a row), and the device that it is on."""
    visit, member = table_of(SignIn), table_of(Member)
    grant, device = table_of(RoleGrant), table_of(Device)
    of_member = and_(
        member.c.community_id == visit.c.community_id, member.c.id == visit.c.subject_id
    )
    granted = and_(
        grant.c.community_id == member.c.community_id,
        grant.c.member_id == member.c.id,
        grant.c.revoked_at.is_(None),
    )
    on_device = and_(
        device.c.community_id == visit.c.community_id,
        device.c.id == func.coalesce(visit.c.on_device_id, visit.c.subject_id),
        device.c.revoked_at.is_(None),
    )
    joined = visit.outerjoin(member, of_member).outerjoin(grant, granted)
    return (
        select(
            visit.c.token_hash,
            visit.c.id,
            visit.c.subject_kind,
            visit.c.subject_id,
            visit.c.community_id,
            visit.c.on_device_id,
            visit.c.last_seen_at,
            visit.c.expires_at,
            visit.c.idle_seconds,
            visit.c.revoked_at,
            visit.c.withheld_at,
            member.c.state,
            func.coalesce(member.c.name, device.c.name).label("name"),
            grant.c.role,
            device.c.kind,
            device.c.place_id,
        )
        .select_from(joined.outerjoin(device, on_device))
        .where(among(visit.c.token_hash, "hashes"))
    )


def _is_live(visit: Found, now: datetime) -> bool:
    if visit.revoked_at is not None or visit.expires_at <= now:
        return False
    idle = visit.idle_seconds
    return idle is None or now - visit.last_seen_at <= timedelta(seconds=idle)


def _member(visit: Found, roles: frozenset[str], carried_by: Carrier) -> Caller:
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
        name=visit.name,
    )


def _device(visit: Found, carried_by: Carrier) -> Caller | None:
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
        name=visit.name,
    )
