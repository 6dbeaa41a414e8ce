"""By which ways somebody wants to be told, and where these lead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ring import current_vault
from pointsvc.kernel.vault import Unreadable
from pointsvc.members.consents import who_gave
from pointsvc.members.emails import begin_proof, end_proof
from pointsvc.members.models import EmailProof, Member, MessageWish
from pointsvc.members.phones import owner_of, reveal_phone

WAYS: Final = ("email", "sms", "wechat")


@dataclass(frozen=True, slots=True)
class Wish:
    """A member's ways, their language, and the addresses behind the ways; never shown to others.

    Nothing is sent to an e-mail address that was not confirmed.
    """

    member_id: UUID
    ways: frozenset[str]
    locale: str
    email: str | None
    phone: str | None
    is_confirmed: bool = False

    @property
    def open_ways(self) -> frozenset[str]:
        """The ways by which something may be sent now."""
        return self.ways if self.is_confirmed else self.ways - {"email"}

    def address_for(self, way: str) -> str | None:
        """Where the way leads; the gateways of SMS and WeChat know people by their phone."""
        if way == "email":
            return self.email if self.is_confirmed else None
        return self.phone


def wish_of(community_id: UUID, member_id: UUID) -> Wish:
    """What the member wishes; nothing beside the pages until they say so. Raises NotFound."""
    found = _wishes(community_id, [member_id], only_told=False)
    if member_id not in found:
        raise NotFound
    return found[member_id]


def wishes_of(community_id: UUID, member_ids: Collection[UUID]) -> dict[UUID, Wish]:
    """The wishes of those of the active people who agreed to messages and wish any way."""
    found = _wishes(community_id, member_ids, only_told=True)
    agreed = who_gave(community_id, "messages", found.keys())
    return {each: wish for each, wish in found.items() if each in agreed and wish.open_ways}


def keep_wish(
    *,
    community_id: UUID,
    member_id: UUID,
    ways: Collection[str],
    email: str | None,
    today: date,
    now: datetime,
) -> None:
    """Keep by which ways the member wants to be told; said by themselves alone.

    Another address has to be confirmed by a link that is sent there (`members.emails`).

    Raises:
        Invalid: e-mail without an address, or another way without a phone. TooManyLetters.
    """
    before = wish_of(community_id, member_id)
    if "email" in ways and not email:
        raise Invalid({"email": [_("请写上您的邮箱。")]})
    if set(ways) & {"sms", "wechat"} and before.phone is None:
        raise Invalid({"sms": [_("社区还没有登记您的手机号，请先找专干登记。")]})
    row = db.session.get(MessageWish, (community_id, member_id))
    if row is None:
        row = MessageWish(community_id=community_id, member_id=member_id)
        db.session.add(row)
    row.email_cipher = _sealed(community_id, member_id, email)
    row.by_email, row.by_sms, row.by_wechat = (way in ways for way in WAYS)
    row.changed_at = now
    db.session.flush()
    if not email:
        end_proof(community_id=community_id, member_id=member_id)
    elif email != before.email:
        begin_proof(community_id=community_id, member_id=member_id, today=today, now=now)
    note(
        community_id=community_id,
        actor=Actor("member", member_id),
        action="members.ways_set",
        subject_id=member_id,
        now=now,
        detail={"ways": sorted(ways)},
    )


def owner_of_email(community_id: UUID, member_id: UUID) -> bytes:
    """What a member's address is bound to."""
    return owner_of(community_id, member_id) + b"email"


def _sealed(community_id: UUID, member_id: UUID, email: str | None) -> bytes | None:
    if not email:
        return None
    return current_vault().encrypt(email, owner_of_email(community_id, member_id))


def _wishes(
    community_id: UUID, member_ids: Collection[UUID], *, only_told: bool
) -> dict[UUID, Wish]:
    rows = db.session.execute(
        select(Member.id, Member.locale, Member.phone_cipher, MessageWish, EmailProof.confirmed_at)
        .join(
            MessageWish,
            and_(
                MessageWish.community_id == Member.community_id,
                MessageWish.member_id == Member.id,
            ),
            isouter=not only_told,
        )
        .outerjoin(
            EmailProof,
            and_(EmailProof.community_id == Member.community_id, EmailProof.member_id == Member.id),
        )
        .where(
            Member.community_id == community_id,
            Member.id.in_(member_ids),
            Member.state == "active",
        )
    )
    return {row[0]: _wish(community_id, *row) for row in rows}


def _wish(
    community_id: UUID,
    member_id: UUID,
    locale: str,
    cipher: bytes | None,
    row: MessageWish | None,
    confirmed_at: datetime | None,
) -> Wish:
    said = (row.by_email, row.by_sms, row.by_wechat) if row else (False, False, False)
    return Wish(
        member_id,
        frozenset(way for way, is_on in zip(WAYS, said, strict=True) if is_on),
        locale,
        _opened(community_id, member_id, row.email_cipher if row else None),
        reveal_phone(community_id=community_id, member_id=member_id, cipher=cipher),
        is_confirmed=confirmed_at is not None,
    )


def _opened(community_id: UUID, member_id: UUID, cipher: bytes | None) -> str | None:
    if cipher is None:
        return None
    try:
        return current_vault().decrypt(cipher, owner_of_email(community_id, member_id))
    except Unreadable:
        return None
