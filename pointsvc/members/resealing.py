"""After a new key was put first: whatever an older one sealed or indexed is moved to the newest.

Nothing stops meanwhile, as every key of the ring opens and is looked under. A member's phone is
decrypted and sealed anew, and the phone's index moves with it wherever it stands. An operator's is
moved too, except where it was stored before phones of operators were kept: then it moves when they
sign in. What no key of the ring opens is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.keys import Key
from pointsvc.kernel.ring import current_ring, current_vault
from pointsvc.kernel.vault import Unreadable, key_identity
from pointsvc.members.models import (
    Card,
    Credential,
    Member,
    MessageWish,
    Operator,
    PhoneEntry,
    SecondStep,
)
from pointsvc.members.phones import owner_of, seal_phone
from pointsvc.members.second_steps import owner_of_step
from pointsvc.members.wishes import owner_of_email

BATCH: Final = 200
_IDENTITY_BYTES: Final = 4
_SEALED: Final = (
    Member.phone_cipher,
    Member.pin_cipher,
    SecondStep.secret_cipher,
    Operator.phone_cipher,
    MessageWish.email_cipher,
)


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What still hangs on a key of the ring."""

    identity: str
    is_newest: bool
    sealed_count: int
    cards_count: int

    @property
    def may_retire(self) -> bool:
        """Whether nothing that can be counted needs it; printed signs and slips cannot."""
        return not (self.is_newest or self.sealed_count or self.cards_count)


def reseal_batch() -> int:
    """Move up to 200 members, and as many second steps, operators and addresses; how many rows."""
    older = [bytes.fromhex(key.identity) for key in current_ring().keys[1:]]
    if not older:
        return 0
    return _members(older) + _second_steps(older) + _operators(older) + _emails(older)


def move_phone(phone: str) -> None:
    """Let a phone stand under the newest key's index everywhere; an operator's is kept with it."""
    newest, *older = current_vault().indexes(phone)
    if not older:
        return
    other = aliased(PhoneEntry)
    moved_already = exists().where(
        other.phone_index == newest, other.community_id == PhoneEntry.community_id
    )
    db.session.execute(delete(PhoneEntry).where(PhoneEntry.phone_index.in_(older), moved_already))
    for model in (PhoneEntry, Credential, Operator):
        db.session.execute(
            update(model).where(model.phone_index.in_(older)).values(phone_index=newest)
        )
    db.session.expire_all()


def keep_operators_phone(*, operator_id: UUID, phone: str) -> None:
    """Seal an operator's phone, so that it can be moved without them; the caller knows it is theirs."""
    sealed = current_vault().encrypt(phone, owner_of_operator(operator_id))
    db.session.execute(
        update(Operator).where(Operator.id == operator_id).values(phone_cipher=sealed)
    )


def uses_of_keys() -> list[KeyUse]:
    """What hangs on each key of the ring, newest first."""
    sealed: Counter[str] = Counter()
    for column in _SEALED:
        head = _head(column)
        rows = db.session.execute(
            select(head, func.count()).where(column.is_not(None)).group_by(head)
        )
        for identity, count in rows:
            sealed[bytes(identity).hex()] += count
    live = select(Card.key_id, func.count()).where(Card.revoked_at.is_(None)).group_by(Card.key_id)
    cards = {row[0]: int(row[1]) for row in db.session.execute(live)}
    ring = current_ring()
    return [
        KeyUse(key.identity, key is ring.newest, sealed[key.identity], cards.get(key.code_id, 0))
        for key in ring.keys
    ]


def operators_to_move() -> int:
    """How many operators' phones are not kept yet: they sign in once before a key retires."""
    unkept = Operator.phone_index.is_not(None), Operator.phone_cipher.is_(None)
    return db.session.scalar(select(func.count()).select_from(Operator).where(*unkept)) or 0


def owner_of_operator(operator_id: UUID) -> bytes:
    """What an operator's ciphertext is bound to."""
    return operator_id.bytes + b"operator"


def _members(older: Sequence[bytes]) -> int:
    stale = or_(_under(Member.phone_cipher, older), _under(Member.pin_cipher, older))
    columns = Member.community_id, Member.id, Member.phone_cipher, Member.pin_cipher
    rows = db.session.execute(select(*columns).where(stale).limit(BATCH)).all()
    return sum(_reseal_member(*row) for row in rows)


def _reseal_member(
    community_id: UUID, member_id: UUID, phone_cipher: bytes | None, pin_cipher: bytes | None
) -> int:
    """The row as it was read, or nothing: who changed it meanwhile sealed it under the newest key."""
    owner, changes = owner_of(community_id, member_id), dict[str, Any]()
    phone = _opened(phone_cipher, owner)
    pin = _opened(pin_cipher, owner + b"pin")
    if phone is not None:
        sealed = seal_phone(community_id=community_id, member_id=member_id, phone=phone)
        changes |= {
            "phone_index": sealed.index,
            "phone_tail_index": sealed.tail_index,
            "phone_cipher": sealed.cipher,
        }
        move_phone(phone)
    if pin is not None:
        changes["pin_cipher"] = current_vault().encrypt(pin, owner + b"pin")
    if not changes:
        return 0
    done = db.session.execute(
        update(Member)
        .where(
            Member.community_id == community_id,
            Member.id == member_id,
            Member.phone_cipher.is_not_distinct_from(phone_cipher),
            Member.pin_cipher.is_not_distinct_from(pin_cipher),
        )
        .values(**changes)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _second_steps(older: Sequence[bytes]) -> int:
    columns = SecondStep.subject_id, SecondStep.secret_cipher
    stale = _under(SecondStep.secret_cipher, older)
    count = 0
    for subject_id, cipher in db.session.execute(select(*columns).where(stale).limit(BATCH)).all():
        secret = _opened(cipher, owner_of_step(subject_id))
        if secret is None:
            continue
        sealed = current_vault().encrypt(secret, owner_of_step(subject_id))
        done = db.session.execute(
            update(SecondStep)
            .where(SecondStep.subject_id == subject_id, SecondStep.secret_cipher == cipher)
            .values(secret_cipher=sealed)
        )
        count += done.rowcount  # type: ignore[attr-defined]
    return count


def _operators(older: Sequence[bytes]) -> int:
    columns = Operator.id, Operator.phone_cipher
    stale = _under(Operator.phone_cipher, older)
    count = 0
    for operator_id, cipher in db.session.execute(select(*columns).where(stale).limit(BATCH)).all():
        phone = _opened(cipher, owner_of_operator(operator_id))
        if phone is None:
            continue
        move_phone(phone)
        keep_operators_phone(operator_id=operator_id, phone=phone)
        count += 1
    return count


def _emails(older: Sequence[bytes]) -> int:
    columns = MessageWish.community_id, MessageWish.member_id, MessageWish.email_cipher
    stale = _under(MessageWish.email_cipher, older)
    count = 0
    for home, member_id, cipher in db.session.execute(
        select(*columns).where(stale).limit(BATCH)
    ).all():
        owner = owner_of_email(home, member_id)
        email = _opened(cipher, owner)
        if email is None:
            continue
        done = db.session.execute(
            update(MessageWish)
            .where(
                MessageWish.community_id == home,
                MessageWish.member_id == member_id,
                MessageWish.email_cipher == cipher,
            )
            .values(email_cipher=current_vault().encrypt(email, owner))
        )
        count += done.rowcount  # type: ignore[attr-defined]
    return count


def _opened(cipher: bytes | None, owner: bytes) -> str | None:
    """What an older key sealed; None for nothing, for the newest key's, and for the unreadable."""
    newest: Key = current_ring().newest
    if cipher is None or key_identity(cipher) == newest.identity:
        return None
    try:
        return current_vault().decrypt(cipher, owner)
    except Unreadable:
        return None


def _under(column: Any, older: Sequence[bytes]) -> ColumnElement[bool]:
    stale: ColumnElement[bool] = _head(column).in_(older)
    return stale


def _head(column: Any) -> Any:
    """The first bytes of a ciphertext: which key sealed it."""
    return func.substr(column, 1, _IDENTITY_BYTES, type_=column.type)
