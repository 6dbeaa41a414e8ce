"""Phones and other personal data: normalised, found by a keyed index, encrypted, masked.

A phone number has fewer than 34 bits, so a plain hash of it is as good as the number. The index is
an HMAC under a key that is not in the database, and the number itself is encrypted. Both carry or
follow the key ring: look for **any** of `indexes(phone)`, store the first.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pointsvc.kernel.keys import Key, KeyRing, Purpose

TAIL_LENGTH: Final = 4
_TAIL_INDEX_BYTES: Final = 8
_IDENTITY_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_STAR: Final = "*"
_LATIN_STARS: Final = "***"
_PHONE: Final = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_TAIL: Final = re.compile(r"[0-9]{4}")
_GROUPING: Final = re.compile(r"[\s\-‐-―−().·]+")
_LATIN: Final = re.compile(r"[\x00-\u024f]*")


class Unreadable(ValueError):
    """A sealed value cannot be read: its key was retired, or it or its owner was changed."""


def normalise_phone(text: str) -> str:
    """A mainland mobile number as 11 digits, from what people type: `+86 138-0000-0001`, １３８….

    Raises:
        ValueError: it is none.
    """
    plain = _GROUPING.sub("", unicodedata.normalize("NFKC", text))
    found = _PHONE.fullmatch(plain)
    if found is None:
        raise ValueError("not a mainland mobile number")
    return found[1]


ERASED_NAME: Final = "已注销居民"  # stands for the name of whoever was erased, and hides nobody


def mask_phone(phone: str) -> str:
    """`138****0001`; what is no 11 digits shows its last two characters at most."""
    if len(phone) == 11:  # noqa: PLR2004 - a mainland number
        return f"{phone[:3]}{_STAR * 4}{phone[-TAIL_LENGTH:]}"
    return _mask_middle(phone, 0, 2)


def mask_name(name: str) -> str:
    """王秀 → 王*, 王秀秀 → 王*秀, 阿卜杜拉 → 阿**拉, Li Mei → L*** M***, one character → *.

    Source: the offices' public lists mask "just enough to exclude confusion" of like names.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    if plain == ERASED_NAME:
        return plain
    if plain and _LATIN.fullmatch(plain):
        return " ".join(word[0] + _LATIN_STARS for word in plain.split())
    characters = "".join(plain.split())
    kept_at_end = 1 if len(characters) > 2 else 0  # noqa: PLR2004 - surname, given name
    return _mask_middle(characters, 1, kept_at_end)


class PhoneVault:
    """Keyed indexes of phones, and authenticated encryption of short personal texts."""

    def __init__(self, ring: KeyRing) -> None:
        """Prepare the ciphers of every key in the ring."""
        self._ring = ring
        self._ciphers = {key.identity: _cipher(key) for key in ring.keys}

    def indexes(self, phone: str) -> list[bytes]:
        """32 bytes under each key, newest first: store the first, look for any.

        Args:
            phone: 11 digits, as `normalise_phone` returns.
        """
        return [_index(key, b"phone", phone.encode()) for key in self._ring.keys]

    def tail_indexes(self, community_id: UUID, phone_or_tail: str) -> list[bytes]:
        """8 bytes for the last four digits within a community, newest key first.

        For "who are you? my number ends in 0001" at a desk; another community's differ.

        Raises:
            ValueError: the text does not end in four digits.
        """
        tail = phone_or_tail[-TAIL_LENGTH:]
        if not _TAIL.fullmatch(tail):
            raise ValueError("not four digits")
        facts = community_id.bytes + tail.encode()
        return [_index(key, b"tail", facts)[:_TAIL_INDEX_BYTES] for key in self._ring.keys]

    def encrypt(self, text: str, owner: bytes) -> bytes:
        """AES-256-GCM under the newest key: identity 4 · nonce 12 · ciphertext · tag 16 bytes.

        Args:
            text: the phone, or another short personal text.
            owner: what it belongs to (community id + member id); a value copied to another row
                cannot be read there.
        """
        identity = bytes.fromhex(self._ring.newest.identity)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = self._ciphers[self._ring.newest.identity]
        return identity + nonce + cipher.encrypt(nonce, text.encode(), identity + owner)

    def decrypt(self, sealed: bytes, owner: bytes) -> str:
        """The text again.

        Raises:
            Unreadable: the key was retired, or the value or its owner is another.
        """
        identity, rest = sealed[:_IDENTITY_BYTES], sealed[_IDENTITY_BYTES:]
        cipher = self._ciphers.get(identity.hex())
        if cipher is None:
            raise Unreadable(f"no key {identity.hex()} in the ring")
        try:
            text = cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], identity + owner)
        except (InvalidTag, ValueError) as error:
            raise Unreadable("changed, or another owner's") from error
        return text.decode()

    def needs_rewrap(self, sealed: bytes) -> bool:
        """Whether an older key than the newest sealed it: encrypt it, and index it, anew."""
        return key_identity(sealed) != self._ring.newest.identity


def key_identity(sealed: bytes) -> str:
    """The identity (eight hex digits) of the key that sealed a value."""
    return sealed[:_IDENTITY_BYTES].hex()


def _cipher(key: Key) -> AESGCM:
    return AESGCM(key.bytes_for(Purpose.PHONE_ENCRYPTION))


def _index(key: Key, label: bytes, facts: bytes) -> bytes:
    return hmac.digest(key.bytes_for(Purpose.PHONE_INDEX), label + b"\0" + facts, "sha256")


def _mask_middle(text: str, first: int, last: int) -> str:
    """Keep `first` and `last` characters, at least one star between; what is too short: stars."""
    hidden = len(text) - first - last
    if hidden < 1:
        return _STAR * max(len(text), 1)
    return text[:first] + _STAR * hidden + text[len(text) - last :]
