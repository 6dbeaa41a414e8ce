"""The ticket of a visit at the counter: who was scanned, when, by whom, sealed for ten minutes.

A changing code is good for a minute, choosing goods takes longer. So the counter reads the code
once and goes on with a sealed ticket; the code itself is spent when it pays.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final, Literal, cast
from uuid import UUID

from pointsvc.checkin.codes import MemberCode
from pointsvc.kernel.ring import current_vault
from pointsvc.kernel.vault import Unreadable
from pointsvc.shop.errors import ScanAgain

TICKET_LIFE: Final = timedelta(minutes=10)
_PARTS: Final = 5
Proof = Literal["card", "member_code", "typed"]


def seal_ticket(*, community_id: UUID, keeper_id: UUID, code: MemberCode, now: datetime) -> str:
    """A ticket for this keeper, about 200 characters that fit into an address."""
    step = "" if code.step is None else code.step
    text = "|".join(map(str, (code.member_id, code.proof, code.number, step, now.isoformat())))
    sealed = current_vault().encrypt(text, _owner(community_id, keeper_id))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def open_ticket(*, community_id: UUID, keeper_id: UUID, ticket: str, now: datetime) -> MemberCode:
    """The code that was scanned.

    Raises:
        ScanAgain: older than ten minutes, another keeper's, or no ticket of ours.
    """
    try:
        sealed = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
        parts = current_vault().decrypt(sealed, _owner(community_id, keeper_id)).split("|")
    except (Unreadable, binascii.Error, ValueError) as error:
        raise ScanAgain from error
    if len(parts) != _PARTS or now - datetime.fromisoformat(parts[4]) > TICKET_LIFE:
        raise ScanAgain
    member_id, proof, number, step = parts[:4]
    return MemberCode(
        UUID(member_id), cast("Proof", proof), int(number), int(step) if step else None
    )


def _owner(community_id: UUID, keeper_id: UUID) -> bytes:
    return b"shop.ticket" + community_id.bytes + keeper_id.bytes
