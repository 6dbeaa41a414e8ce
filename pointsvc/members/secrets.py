"""PINs: four to six digits beside a card, for people without a phone."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.passwords import hash_secret, verify_secret
from pointsvc.kernel.ring import current_vault
from pointsvc.kernel.vault import Unreadable
from pointsvc.members import remade
from pointsvc.members.guesses import is_guessed_first
from pointsvc.members.models import Member
from pointsvc.members.phones import owner_of
from pointsvc.members.throttle import check_throttles, count_failure, watched

PIN_LENGTHS: Final = range(4, 7)
PASSWORD_LENGTH_MIN: Final = 8
PASSWORD_LENGTH_MAX: Final = 128


def hash_pin(pin: str) -> str:
    """The hash of a PIN that is none of the first guesses; made before the transaction.

    Raises:
        Invalid: not 4 to 6 digits, all the same, or in a row.
    """
    plain = unicodedata.normalize("NFKC", pin).strip()
    if len(plain) not in PIN_LENGTHS or not (plain.isascii() and plain.isdecimal()):
        raise Invalid({"pin": [_("PIN 须为 4 至 6 位数字。")]})
    if len(set(plain)) == 1 or plain in "01234567890" or plain in "09876543210":
        raise Invalid({"pin": [_("这个 PIN 太容易猜，请换一个。")]})
    return hash_secret(plain)


def hash_password(password: str) -> str:
    """The hash of a new password; made before the transaction.

    Raises:
        Invalid: shorter than 8 characters, longer than 128, digits alone, one character, or one that
            is guessed first.
    """
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise Invalid({"password": [_("密码须为 8 至 128 个字符。")]})
    if password.isdecimal() or len(set(password)) == 1:
        raise Invalid({"password": [_("密码不能全是数字或同一个字符。")]})
    if is_guessed_first(password):
        raise Invalid(
            {"password": [_("这个密码太容易猜，请换一个。几个不相干的词连在一起就好记又难猜。")]}
        )
    return hash_secret(password)


def set_pin(
    *, community_id: UUID, member_id: UUID, pin_hash: str, actor: Actor, now: datetime
) -> None:
    """Keep a member's PIN: its hash, encrypted for this row; tell them. Raises NotFound."""
    sealed = current_vault().encrypt(pin_hash, owner_of(community_id, member_id) + b"pin")
    done = db.session.execute(
        update(Member)
        .where(Member.community_id == community_id, Member.id == member_id)
        .values(pin_cipher=sealed)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    note(
        community_id=community_id,
        actor=actor,
        action="members.pin_set",
        subject_id=member_id,
        now=now,
    )
    remade.leave_message(
        community_id=community_id,
        recipient_id=member_id,
        actor=actor,
        topic="members.pin_remade",
        now=now,
    )


def verify_pin(*, community_id: UUID, member_id: UUID, pin: str, now: datetime) -> bool:
    """Whether the PIN is the member's. Call it before `transact`: it counts failures by itself.

    Five failures in 15 minutes close the PIN, whoever typed them and wherever.

    Raises:
        TooManyFailures.
    """
    subject = watched("card", f"{community_id}{member_id}")
    check_throttles([subject], now=now)
    is_right = verify_secret(pin.strip(), _stored_hash(community_id, member_id))
    if not is_right:
        count_failure([subject], now=now)
        return False
    check_throttles([subject], now=now)
    return True


def has_pin(*, community_id: UUID, member_id: UUID) -> bool:
    """Whether a PIN was ever set for the member."""
    return _stored_hash(community_id, member_id) is not None


def _stored_hash(community_id: UUID, member_id: UUID) -> str | None:
    sealed = db.session.scalar(
        select(Member.pin_cipher).where(Member.community_id == community_id, Member.id == member_id)
    )
    if sealed is None:
        return None
    try:
        return current_vault().decrypt(sealed, owner_of(community_id, member_id) + b"pin")
    except Unreadable:
        return None
