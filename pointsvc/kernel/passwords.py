"""Passwords and PINs, hashed with Argon2id (RFC 9106).

A check takes 90 ms and 32 MiB on the machine where it was measured, above OWASP's least (19 MiB,
2 passes): throttle before it. It lets other threads run. A PIN has so few values that no hash
protects it in a stolen table; `vault.PhoneVault.encrypt` around the hash does.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
AT_ONCE: Final = 4  # in one process: 128 MiB; more would only wait for the same processors
_turns: Final = BoundedSemaphore(AT_ONCE)


def hash_secret(secret: str) -> str:
    """The Argon2id string (about 97 characters, parameters and salt included) of a password or PIN.

    The text is taken in NFKC, so that full-width digits are the digits they look like.
    """
    with _turns:
        return _HASHER.hash(_plain(secret))


def verify_secret(secret: str, stored: str | None) -> bool:
    """Whether the secret is the stored one; with None it takes as long and is never so.

    Always call it, for an unknown phone with None: the time tells nobody who has an account.
    """
    known = _nobodys_hash() if stored is None else stored
    try:
        with _turns:
            _HASHER.verify(known, _plain(secret))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody's")


def _plain(secret: str) -> bytes:
    return unicodedata.normalize("NFKC", secret).encode(errors="surrogatepass")
