"""Codes that are scanned: sealed, opened and normalised, without a database or a clock.

A token is Crockford base32 of these bits, padded with three zero bits:

    kind 3 · key id 4 · number 33 · HMAC 32             card, sign: 72 bits, 15 characters
    kind 3 · key id 4 · number 33 · step 8 · HMAC 64    member, shift: 112 bits, 23 characters

The number is random and means nothing; the code directory says whose it is. The HMAC (SHA-256, cut
to its first bytes) covers the first five bytes and, on a changing code, the **whole** 64-bit step.
The eight bits printed only help to find that step near the time of reading: they come round every
256 × 30 s = 2 h 8 min, but a screenshot from an earlier round fails the HMAC and reads as forged.
Within the round it reads as expired, with the moment it was shown.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from pointsvc.kernel import base32
from pointsvc.kernel.keys import Key, KeyRing, Purpose

STEP: Final = timedelta(seconds=30)
STEPS_IN_ROUND: Final = 256
NUMBER_BITS: Final = 33
FIXED_LENGTH: Final = 15
CHANGING_LENGTH: Final = 23
DIGITS_LENGTH: Final = 8
PATH: Final = "/c/"
_READ_LENGTH: Final = 500
_HEAD_BYTES: Final = 5
_FIXED_MAC_BYTES: Final = 4
_CHANGING_MAC_BYTES: Final = 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_QUERY: Final = re.compile(r"[?#].*", re.DOTALL)
_DECORATION: Final = re.compile(r"[\W_]+")


class CodeKind(IntEnum):
    """What a code stands for; the numbers are printed on paper and never change."""

    CARD = 1  # 居民卡, printed
    SIGN = 2  # 责任田、站点标牌, printed
    MEMBER = 3  # 我的码, changes
    SHIFT = 4  # 场次码, changes

    @property
    def changes(self) -> bool:
        """Whether it is another every 30 s."""
        return self in (CodeKind.MEMBER, CodeKind.SHIFT)


class CodeFault(StrEnum):
    """Why a code was not opened."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class OpenedCode:
    """A code whose seal holds.

    Attributes:
        kind: what it stands for.
        number: 33 bits, to be looked up in the code directory.
        key_id: the first hex digit of the identity of the key that sealed it, as a number.
        token: upper case, without hyphens.
        step: the whole number of 30 s steps since 1970 when it was shown; None where it is fixed.
    """

    kind: CodeKind
    number: int
    key_id: int
    token: str
    step: int | None = None

    @property
    def shown_at(self) -> datetime | None:
        """The start of the 30 s in which it was shown; None where it is fixed."""
        return None if self.step is None else step_start(self.step)

    @property
    def valid_until(self) -> datetime | None:
        """The first moment at which it is expired; None where it is fixed."""
        return None if self.step is None else valid_until(self.step)


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """A code that was not opened; `code` is there when it is genuine but expired."""

    fault: CodeFault
    code: OpenedCode | None = None


def new_code_number() -> int:
    """33 random bits for a new card, sign, member, shift or pick-up."""
    return secrets.randbits(NUMBER_BITS)


def step_of(moment: datetime) -> int:
    """The number of whole 30 s steps from 1970 to `moment`."""
    return (moment - _EPOCH) // STEP


def step_start(step: int) -> datetime:
    """The moment at which a step begins, UTC."""
    return _EPOCH + step * STEP


def next_step_at(moment: datetime) -> datetime:
    """When the code shown at `moment` gives way to the next."""
    return step_start(step_of(moment) + 1)


def valid_until(step: int) -> datetime:
    """The first moment at which a code of this step is expired: one step after its own ends."""
    return step_start(step + 2)


def seal(
    ring: KeyRing,
    kind: CodeKind,
    number: int,
    step: int | None = None,
    *,
    key: Key | None = None,
) -> str:
    """Write a token with the newest key, or this one; only a changing kind takes the step.

    Returns:
        15 characters, or 23 where the code changes.
    """
    assert kind.changes == (step is not None), "a changing code needs its step, no other has one"
    assert 0 <= number < 1 << NUMBER_BITS, "a code number has 33 bits"
    key = key or ring.newest
    head = (kind << 37 | key.code_id << 33 | number).to_bytes(_HEAD_BYTES)
    if step is None:
        return base32.encode(head + _mac(key, head, None))
    return base32.encode(head + bytes([step % STEPS_IN_ROUND]) + _mac(key, head, step))


def open_code(
    ring: KeyRing,
    text: str,
    now: datetime,
    *,
    steps_before: int = 1,
    steps_after: int = 0,
) -> OpenedCode | RefusedCode:
    """Open what was scanned or typed; nothing raises, as a refusal is a verdict.

    Args:
        ring: any of its keys may have sealed the code.
        text: a URL or a bare token, as `normalise` takes it.
        now: the time of reading; for an offline scan the time that the device claims.
        steps_before: how many steps back a changing code still counts (docs/checkin.md §2: one).
        steps_after: how many steps ahead; for a claimed time whose clock may be slow.
    """
    current = step_of(now)
    data = _bytes_of(normalise(text))
    if data is None:
        return RefusedCode(CodeFault.MALFORMED)
    code = _read(data, current + steps_after)
    key = ring.with_code_id(code.key_id)
    if key is None:
        return RefusedCode(CodeFault.UNKNOWN_KEY)
    mac = _mac(key, data[:_HEAD_BYTES], code.step)
    if not hmac.compare_digest(data[-len(mac) :], mac):
        return RefusedCode(CodeFault.FORGED)
    if code.step is not None and code.step < current - steps_before:
        return RefusedCode(CodeFault.EXPIRED, code)
    return code


def normalise(text: str) -> str:
    """The bare token, upper case, of whatever a scanner types or a person enters.

    Takes a URL or a token in any case, in full width, through a Chinese input method (。 for .,
    ； for :, 、 for /), in groups, with a query that a chat app added, with spaces, line ends or
    invisible characters. The host is not looked at: the seal proves the code, not the address.
    Of a long text only the beginning is read, as single signs unfold into twenty.
    """
    unfolded = unicodedata.normalize("NFKC", text.strip()[:_READ_LENGTH])[:_READ_LENGTH]
    plain = unfolded.replace("、", "/").replace("\\", "/")
    plain = _QUERY.sub("", plain.strip()).rstrip("/ ")
    return _DECORATION.sub("", plain.rpartition("/")[2]).upper()


def digits_in(text: str) -> str | None:
    """The 8 digits that somebody read off a phone and typed, or None where it is a token."""
    plain = normalise(text)
    is_digits = len(plain) == DIGITS_LENGTH and plain.isascii() and plain.isdecimal()
    return plain if is_digits else None


def url(base: str, token: str) -> str:
    """The address in a QR: lower-case base, `/c/`, token; up to the token ideally 24 characters."""
    return f"{base.rstrip('/').lower()}{PATH}{token}"


def typed(token: str) -> str:
    """The token in groups of five, as printed under the QR: `ABCDE-FGHJK-MNPQR`."""
    return "-".join(token[start : start + 5] for start in range(0, len(token), 5))


def _bytes_of(token: str) -> bytes | None:
    """The bytes of a token whose kind exists and has this length; None for anything else."""
    if len(token) not in (FIXED_LENGTH, CHANGING_LENGTH):
        return None
    try:
        data = base32.decode(token)
        kind = CodeKind(data[0] >> 5)
    except ValueError:
        return None
    return data if kind.changes == (len(token) == CHANGING_LENGTH) else None


def _read(data: bytes, latest_step: int) -> OpenedCode:
    """What the bits say, not yet verified; the step is the last with these eight bits."""
    head = int.from_bytes(data[:_HEAD_BYTES])
    kind = CodeKind(head >> 37)
    key_id, number = head >> NUMBER_BITS & 0xF, head & (1 << NUMBER_BITS) - 1
    step = latest_step - (latest_step - data[_HEAD_BYTES]) % STEPS_IN_ROUND
    return OpenedCode(kind, number, key_id, base32.encode(data), step if kind.changes else None)


def _mac(key: Key, head: bytes, step: int | None) -> bytes:
    secret = key.bytes_for(Purpose.CODES)
    if step is None:
        return hmac.digest(secret, head, "sha256")[:_FIXED_MAC_BYTES]
    whole_step = step.to_bytes(8, signed=True)
    return hmac.digest(secret, head + whole_step, "sha256")[:_CHANGING_MAC_BYTES]
