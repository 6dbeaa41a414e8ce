"""The ways in for once: eight digits on a slip that the clerk prints, or an invitation's address."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.one_time import digits_hashes, new_digits, new_token, token_hash
from pointsvc.kernel.ring import current_ring
from pointsvc.members import remade
from pointsvc.members.consents import lacks_guardian
from pointsvc.members.errors import GuardianMissing, LinkSpent, NotActive, PhoneMissing
from pointsvc.members.models import FirstSignIn, Member, PhoneEntry
from pointsvc.members.phones import indexes_of, reveal_phone

SLIP_LIFETIME: Final = timedelta(days=30)
INVITATION_LIFETIME: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FoundWay:
    """A way in that fits: whose it is, and the phone that a password will belong to."""

    id: UUID
    community_id: UUID
    member_id: UUID
    member_name: str
    phone: str


def print_slip(
    *, community_id: UUID, member_id: UUID, actor: Actor, now: datetime, today: date
) -> str:
    """Eight digits for a member's first sign-in, valid for 30 days; older slips stop working.

    Who has a password already is told: the digits set another one.

    Raises:
        NotFound. NotActive. PhoneMissing. GuardianMissing.
    """
    _check_may(community_id, member_id, today)
    digits = new_digits()
    hashed = digits_hashes(current_ring(), digits, _purpose(member_id))[0]
    _open(community_id, member_id, "digits", hashed, now + SLIP_LIFETIME, now)
    if _note(community_id, "members.slip_printed", member_id, actor, now):
        remade.leave_message(
            community_id=community_id,
            recipient_id=member_id,
            actor=actor,
            topic="members.slip_remade",
            now=now,
        )
    return digits


def invite(*, community_id: UUID, member_id: UUID, actor: Actor, now: datetime, today: date) -> str:
    """A token for an invitation's address, valid for 7 days; older invitations stop working.

    Raises:
        NotFound. NotActive. PhoneMissing. GuardianMissing.
    """
    _check_may(community_id, member_id, today)
    token = f"{community_id.hex}{new_token()}"
    _open(community_id, member_id, "address", token_hash(token), now + INVITATION_LIFETIME, now)
    _note(community_id, "members.invited", member_id, actor, now)
    return token


def find_by_digits(*, phone: str, digits: str, now: datetime) -> FoundWay | None:
    """The unused way in of a phone's member, in any community, that these digits open."""
    members = db.session.execute(
        select(PhoneEntry.community_id, PhoneEntry.member_id).where(
            PhoneEntry.phone_index.in_(indexes_of(phone))
        )
    ).all()
    for row in members:
        hashes = digits_hashes(current_ring(), digits, _purpose(row.member_id))
        found = _find(row.community_id, "digits", hashes, now, member_id=row.member_id)
        if found is not None:
            return found
    return None


def find_by_token(*, token: str, now: datetime) -> FoundWay:
    """The unused invitation of this token. Raises LinkSpent."""
    try:
        community_id = UUID(hex=token[:32])
    except ValueError as error:
        raise LinkSpent from error
    found = _find(community_id, "address", [token_hash(token)], now)
    if found is None:
        raise LinkSpent
    return found


def use_way(*, way: FoundWay, now: datetime) -> None:
    """Spend a way in: two who use it at once, and the second is refused. Raises LinkSpent."""
    done = db.session.execute(
        update(FirstSignIn)
        .where(
            FirstSignIn.community_id == way.community_id,
            FirstSignIn.id == way.id,
            FirstSignIn.used_at.is_(None),
        )
        .values(used_at=now, secret_hash=secrets.token_bytes(32))
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise LinkSpent


def _find(
    community_id: UUID,
    kind: str,
    hashes: list[bytes],
    now: datetime,
    *,
    member_id: UUID | None = None,
) -> FoundWay | None:
    wanted = select(FirstSignIn).where(
        FirstSignIn.community_id == community_id,
        FirstSignIn.kind == kind,
        FirstSignIn.secret_hash.in_(hashes),
        FirstSignIn.used_at.is_(None),
        FirstSignIn.expires_at > now,
    )
    if member_id is not None:
        wanted = wanted.where(FirstSignIn.member_id == member_id)
    row = db.session.scalars(wanted).first()
    if row is None:
        return None
    member = _member(community_id, row.member_id)
    phone = reveal_phone(
        community_id=community_id, member_id=row.member_id, cipher=member.phone_cipher
    )
    if phone is None or member.state != "active":
        return None
    return FoundWay(row.id, community_id, row.member_id, member.name, phone)


def _check_may(community_id: UUID, member_id: UUID, today: date) -> None:
    member = _member(community_id, member_id)
    if member.state != "active":
        raise NotActive
    if member.phone_cipher is None:
        raise PhoneMissing
    if lacks_guardian(community_id, member_id, today):
        raise GuardianMissing


def _member(community_id: UUID, member_id: UUID) -> Member:
    member = db.session.get(Member, (community_id, member_id))
    if member is None:
        raise NotFound
    return member


def _open(
    community_id: UUID,
    member_id: UUID,
    kind: Literal["digits", "address"],
    hashed: bytes,
    expires_at: datetime,
    now: datetime,
) -> None:
    db.session.execute(
        update(FirstSignIn)
        .where(
            FirstSignIn.community_id == community_id,
            FirstSignIn.member_id == member_id,
            FirstSignIn.kind == kind,
            FirstSignIn.used_at.is_(None),
        )
        .values(used_at=now)
    )
    db.session.add(
        FirstSignIn(
            community_id=community_id,
            id=new_id(),
            member_id=member_id,
            kind=kind,
            secret_hash=hashed,
            created_at=now,
            expires_at=expires_at,
        )
    )
    db.session.flush()


def _purpose(member_id: UUID) -> bytes:
    return b"first-sign-in" + member_id.bytes


def _note(community_id: UUID, action: str, member_id: UUID, actor: Actor, now: datetime) -> bool:
    """Leave the event; whether the member had a password before."""
    had_password = remade.had_password(community_id, member_id)
    note(
        community_id=community_id,
        actor=actor,
        action=action,
        subject_id=member_id,
        now=now,
        detail={"had_password": had_password},
    )
    return had_password
