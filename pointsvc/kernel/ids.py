"""Ids: UUIDv7 made by the caller, and ids derived from facts."""

from __future__ import annotations

import secrets
import threading
from uuid import UUID, uuid5

from pointsvc.kernel import clock

NAMESPACE = UUID("6f1d2c1e-6a57-5d0c-9d3b-3f9a6f2f8b10")
_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A new UUIDv7 (RFC 9562 §5.7); within a process they only grow.

    48 bits of milliseconds, then 18 bits that count within the millisecond, then 56 random bits.
    """
    global _last  # noqa: PLW0603 - one counter for the process is the point
    ticks = int(clock.now().timestamp() * 1000) << 18
    with _lock:
        _last = ticks = max(ticks, _last + 1)
    milliseconds, count = ticks >> 18, ticks & 0x3FFFF
    high = (milliseconds & (1 << 48) - 1) << 16 | 0x7000 | count >> 6
    low = 0b10 << 62 | (count & 0x3F) << 56 | secrets.randbits(56)
    return UUID(int=high << 64 | low)


def derived_id(*facts: object) -> UUID:
    """The one id of these facts, so that doing a thing twice names the same row."""
    return uuid5(NAMESPACE, "\x1f".join(str(fact) for fact in facts))
