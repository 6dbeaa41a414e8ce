"""The key ring: every key of the house is derived from the operator's secrets, newest first.

**Ids.** A key's identity is eight hex digits drawn from its secret by HKDF, so it stays the same
wherever the secret stands in the list and whatever is added or retired beside it. Codes have room
for four bits only: the first hex digit. Two secrets whose first digits meet are refused when the
ring is built, before anything was sealed with the second; `KeyRing.draw` makes one that fits.

**Rotation.** Put the new secret first and keep the old ones. The newest key seals, encrypts and
hashes; all of them open, decrypt and are looked under. Retire a secret when nothing carries its
identity any more: no live card or sign, no phone that still needs rewrapping. Codes of a retired
key read as of an unknown key, or as forged where a newer one happens to begin with its digit.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_LENGTH_MIN: Final = 32
SECRET_VARIETY_MIN: Final = 8
KEYS_MAX: Final = 16
_SALT: Final = b"pointsvc key ring 1"
_SEPARATORS: Final = re.compile(r"[\s,]+")


class Purpose(StrEnum):
    """What a derived key is for; no key serves two purposes."""

    SIGN_INS = "sign-ins"
    CODES = "codes"
    PHONE_INDEX = "phone-index"
    PHONE_ENCRYPTION = "phone-encryption"
    TOKENS = "tokens"
    SAMPLES = "samples"


class BadKeys(ValueError):
    """The ring cannot be used; `code` is stable, the text says in both languages what to do."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code: `keys.none`, `.weak`, `.twice`, `.collision`; of files also `.both`."""
        super().__init__(message)
        self.code = code


class Key:
    """One secret's derived keys. The secret itself is not kept, and nothing of it is shown."""

    __slots__ = ("_derived", "identity")

    def __init__(self, secret: str) -> None:
        """Derive the identity and one 32-byte key for each purpose (HKDF-SHA256, RFC 5869)."""
        material = secret.encode()
        self.identity = _derive(material, "identity", 4).hex()
        self._derived = {purpose: _derive(material, purpose, 32) for purpose in Purpose}

    def __repr__(self) -> str:
        """Show the identity alone."""
        return f"<Key {self.identity}>"

    @property
    def code_id(self) -> int:
        """The four bits that a code has room for: the identity's first hex digit."""
        return int(self.identity[0], 16)

    def bytes_for(self, purpose: Purpose) -> bytes:
        """The 32 bytes for this purpose."""
        return self._derived[purpose]


class KeyRing:
    """The keys in use, newest first: the newest makes, all of them verify."""

    __slots__ = ("_by_code_id", "_by_identity", "keys")

    def __init__(self, secrets_newest_first: Sequence[str]) -> None:
        """Derive the keys.

        Raises:
            BadKeys: no secret, a weak one, the same one twice, or two with one code id.
        """
        if not secrets_newest_first:
            raise BadKeys("keys.none", "没有密钥。There is no secret key.")
        if len(set(secrets_newest_first)) < len(secrets_newest_first):
            raise BadKeys("keys.twice", "同一密钥写了两遍。The same secret key is listed twice.")
        for secret in secrets_newest_first:
            check_strength(secret)
        self.keys = tuple(Key(secret) for secret in secrets_newest_first)
        self._by_identity = {key.identity: key for key in self.keys}
        self._by_code_id = {key.code_id: key for key in self.keys}
        _refuse_collisions(self.keys)

    def __repr__(self) -> str:
        """Show the identities alone."""
        return f"<KeyRing {' '.join(key.identity for key in self.keys)}>"

    @property
    def newest(self) -> Key:
        """The key that new things are made with."""
        return self.keys[0]

    def with_code_id(self, code_id: int) -> Key | None:
        """The key whose codes carry these four bits, if it has not been retired."""
        return self._by_code_id.get(code_id)

    def with_identity(self, identity: str) -> Key | None:
        """The key of this identity (eight hex digits), if it has not been retired."""
        return self._by_identity.get(identity)

    def missing(self, identities: Iterable[str]) -> list[str]:
        """Those of the stored identities that this ring cannot serve, sorted: restore asks this."""
        return sorted(set(identities) - self._by_identity.keys())

    def draw(self) -> str:
        """A new secret that can be put first in this ring (at most sixteen keys fit)."""
        while Key(secret := draw_secret()).code_id in self._by_code_id:
            if len(self.keys) == KEYS_MAX:
                raise BadKeys("keys.collision", "密钥已满 16 把。The ring is full (16 keys).")
        return secret


def split_secrets(text: str) -> list[str]:
    """Several secrets in one setting or file, parted by white space or commas, newest first."""
    return [secret for secret in _SEPARATORS.split(text) if secret]


def draw_secret() -> str:
    """A new secret: 256 random bits as 43 characters."""
    return secrets.token_urlsafe(32)


def check_strength(secret: str) -> None:
    """Refuse what nobody drew at random: under 32 characters, or under 8 different ones.

    Raises:
        BadKeys: `keys.weak`; the message does not repeat the secret.
    """
    if len(secret) < SECRET_LENGTH_MIN or len(set(secret)) < SECRET_VARIETY_MIN:
        raise BadKeys(
            "keys.weak",
            "密钥太弱：须至少 32 个字符，且至少 8 种不同字符；中间不能有空格或逗号。 "
            "A secret key needs at least 32 characters, 8 of them different, without spaces or "
            'commas; draw one: python -c "import secrets; print(secrets.token_urlsafe(32))"',
        )


def _derive(material: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, _SALT, purpose.encode()).derive(material)


def _refuse_collisions(keys: Sequence[Key]) -> None:
    seen: dict[int, Key] = {}
    for key in reversed(keys):
        older = seen.setdefault(key.code_id, key)
        if older is not key:
            raise BadKeys(
                "keys.collision",
                f"新密钥 {key.identity} 与旧密钥 {older.identity} 的编号首位相同，请另抽一把。 "
                f"Key {key.identity} has the first digit of the older {older.identity}, so printed "
                "codes could not tell them apart: draw another new key and keep the old one.",
            )
