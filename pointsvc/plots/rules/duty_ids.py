"""Ids of duties and of their shifts: derived from line and day, and lying side by side in an index.

The head of an id is its line's, the end its day: the days of a line are one stretch of an index. Ids out
of a hash of both would be strewn over all of it, which five years of 500 plots are too many for. The
shape is RFC 9562's version 8. A duty is known by line and day, never by how its id was made.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID

DAY_BITS: Final = 24
VERSION: Final = 8 << 76 | 0b10 << 62
KEPT: Final = ((1 << 128) - 1) & ~(0xF << 76 | 0b11 << 62 | (1 << DAY_BITS) - 1)


def ids_of(community_id: UUID, origin_id: UUID, rule_on: date) -> tuple[UUID, UUID]:
    """The duty of a line on a day of its rule, and its shift."""
    duty, shift = _heads(community_id, origin_id)
    day = rule_on.toordinal()
    return UUID(int=duty | day), UUID(int=shift | day)


@lru_cache(maxsize=4096)
def _heads(community_id: UUID, origin_id: UUID) -> tuple[int, int]:
    of = community_id.bytes + origin_id.bytes
    duty, shift = (
        int.from_bytes(sha256(kind + of).digest()[:16]) & KEPT | VERSION
        for kind in (b"duty", b"shift")
    )
    return duty, shift
