"""Pick-up codes (自提码): eight digits for one reservation, used once (S5).

The digits are computed from a key that is not in the database, the reservation and its turn, so that
its owner can be shown them again; what is kept is their hash, by which a till finds the reservation.
A part that is fetched uses the code up: what is left gets the next turn's.
"""

from __future__ import annotations

import hmac
from uuid import UUID

from pointsvc.kernel.codes import DIGITS_LENGTH, digits_in
from pointsvc.kernel.keys import Key, Purpose
from pointsvc.kernel.one_time import digits_hashes
from pointsvc.kernel.ring import current_ring


def code_for(*, community_id: UUID, reservation_id: UUID, turn: int) -> tuple[str, bytes]:
    """The digits of a turn and the hash to keep, by the newest key."""
    digits = _digits(current_ring().newest, reservation_id, turn)
    return digits, hashes_of(community_id, digits)[0]


def shown_code(
    *, community_id: UUID, reservation_id: UUID, turn: int, code_hash: bytes
) -> str | None:
    """The digits whose hash was kept; None where their key is gone."""
    for key in current_ring().keys:
        digits = _digits(key, reservation_id, turn)
        if code_hash in hashes_of(community_id, digits):
            return digits
    return None


def hashes_of(community_id: UUID, digits: str) -> list[bytes]:
    """Under which hashes the community would have kept these digits."""
    return digits_hashes(current_ring(), digits, b"pickup" + community_id.bytes)


def typed_digits(text: str) -> str | None:
    """The digits that were scanned or typed, in groups or not; None for anything else."""
    return digits_in("".join(text.split()))


def grouped(digits: str) -> str:
    """As people read them out: 1234 5678."""
    half = DIGITS_LENGTH // 2
    return f"{digits[:half]} {digits[half:]}"


def _digits(key: Key, reservation_id: UUID, turn: int) -> str:
    message = b"pickup-digits" + reservation_id.bytes + turn.to_bytes(4)
    number = int.from_bytes(hmac.digest(key.bytes_for(Purpose.TOKENS), message, "sha256"))
    return f"{number % 10**DIGITS_LENGTH:0{DIGITS_LENGTH}}"
