"""Codes of an authenticator app (TOTP, RFC 6238): six digits, another every 30 s.

The library is cryptography, which is here already and compares in constant time; pyotp would be
one more dependency for the same hundred lines. What neither keeps is which step a code was of, and
a code that was read over a shoulder must not work again: `step_of_code` names the step, and whoever
asks remembers the last one.
"""

from __future__ import annotations

import base64
import secrets
import unicodedata
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS: Final = 6
STEP_SECONDS: Final = 30
SECRET_BYTES: Final = 20
STEPS_EITHER_SIDE: Final = 1  # RFC 6238 §5.2: one step for slow fingers and clocks
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 §4 recommends."""
    return secrets.token_bytes(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """The secret as people type it into an app: base32 in groups of four."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def enrolment_address(secret: bytes, *, account: str, issuer: str) -> str:
    """The `otpauth://` address in the QR that an app scans."""
    return _app(secret).get_provisioning_uri(account, issuer)


def code_at(secret: bytes, moment: datetime) -> str:
    """The six digits that an app shows at a moment."""
    return _app(secret).generate(_seconds(moment)).decode()


def digits_of(text: str) -> str | None:
    """The six digits of what was typed, spaces and full-width forms too; None when it is none."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdecimal() else None


def step_of_code(secret: bytes, digits: str, now: datetime) -> int | None:
    """The 30 s step whose code this is, at most one away from now; None where it is none's."""
    current = _seconds(now) // STEP_SECONDS
    for step in range(current - STEPS_EITHER_SIDE, current + STEPS_EITHER_SIDE + 1):
        try:
            _app(secret).verify(digits.encode(), step * STEP_SECONDS)
        except InvalidToken:
            continue
        return step
    return None


def _app(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - what every app computes


def _seconds(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds())
