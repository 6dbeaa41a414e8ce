"""One-time secrets: long tokens for links and sign-ins, eight digits for people who type.

A token has 256 random bits, so its plain SHA-256 is stored and looked up. **Eight digits cannot be
so treated**: 10^8 hashes take a second. They are therefore random (not computed from a member and
the time: then every typed code would have to be tried against every member), stored as an HMAC
under a key that is not in the database, together with what they are for, and live shortly: 60 s
for the digits under a phone's code, 30 days for a first sign-in, where the phone number is asked
too. Failures are throttled; the row is deleted when it is used.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from pointsvc.kernel.keys import KeyRing, Purpose

TOKEN_BYTES: Final = 32
DIGITS: Final = 8


def new_token() -> str:
    """256 random bits as 43 characters that a URL takes."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """The 32 bytes under which a token is stored and found."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def new_digits(count: int = DIGITS) -> str:
    """Random decimal digits, leading zeros included."""
    return f"{secrets.randbelow(10**count):0{count}}"


def digits_hashes(ring: KeyRing, digits: str, purpose: bytes) -> list[bytes]:
    """The 32 bytes under which digits are stored (the first) and found (any), newest key first.

    Args:
        ring: the keys.
        digits: as shown, without spaces.
        purpose: what they are for and whose they can be: `b"code" + community_id.bytes`, or
            `b"first-sign-in" + member_id.bytes`. The same digits for another purpose differ.
    """
    message = len(purpose).to_bytes(4) + purpose + digits.encode(errors="surrogatepass")
    keys = (key.bytes_for(Purpose.TOKENS) for key in ring.keys)
    return [hmac.digest(key, message, "sha256") for key in keys]
