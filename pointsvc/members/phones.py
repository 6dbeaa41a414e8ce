"""Phones as they are stored: keyed indexes to find them, a ciphertext to show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ring import current_vault
from pointsvc.kernel.vault import Unreadable, mask_phone, normalise_phone


@dataclass(frozen=True, slots=True)
class SealedPhone:
    """The three columns of a member's phone."""

    index: bytes
    tail_index: bytes
    cipher: bytes


def plain_phone(text: str) -> str:
    """Eleven digits of what was typed. Raises Invalid."""
    try:
        return normalise_phone(text)
    except ValueError as error:
        raise Invalid({"phone": [_("须为 11 位手机号。")]}) from error


def indexes_of(text: str) -> list[bytes]:
    """Under which indexes a phone may stand, newest key first; none for what is no phone."""
    try:
        return current_vault().indexes(normalise_phone(text))
    except ValueError:
        return []


def seal_phone(*, community_id: UUID, member_id: UUID, phone: str) -> SealedPhone:
    """The columns for eleven digits; the ciphertext can be read in this member's row only."""
    vault = current_vault()
    return SealedPhone(
        vault.indexes(phone)[0],
        vault.tail_indexes(community_id, phone)[0],
        vault.encrypt(phone, owner_of(community_id, member_id)),
    )


def reveal_phone(*, community_id: UUID, member_id: UUID, cipher: bytes | None) -> str | None:
    """The whole number. Ask for it only where an audit event is left."""
    if cipher is None:
        return None
    try:
        return current_vault().decrypt(cipher, owner_of(community_id, member_id))
    except Unreadable:
        return None


def masked_phone(*, community_id: UUID, member_id: UUID, cipher: bytes | None) -> str | None:
    """`138****0001`; None without a phone."""
    if cipher is None:
        return None
    phone = reveal_phone(community_id=community_id, member_id=member_id, cipher=cipher)
    return mask_phone(phone) if phone else "***"


def owner_of(community_id: UUID, member_id: UUID) -> bytes:
    """What a member's ciphertexts are bound to."""
    return community_id.bytes + member_id.bytes
