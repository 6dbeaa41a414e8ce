"""Which roster ticks are looked at, and who may look: nobody foresees or steers it (docs/checkin.md §1.4)."""

from __future__ import annotations

import hmac
from typing import Final
from uuid import UUID

COUNTED: Final = frozenset({"accepted", "provisional", "held"})
_PARTS: Final = 100


def is_drawn(key: bytes, attendance_id: UUID, percent: int) -> bool:
    """Whether a ticked attendance is drawn: `percent` of a hundred, by a seal of the server's key.

    Ids begin on the ticker's phone, and say nothing to who has not the key. Check-in and check-out
    of one attendance are one draw.
    """
    seal = hmac.digest(key, attendance_id.bytes, "sha256")
    return int.from_bytes(seal) % _PARTS < percent
