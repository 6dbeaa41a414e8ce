"""The ticket of a visit at the counter: who was scanned, when, by whom, sealed for ten minutes.

A changing code is good for a minute, choosing goods takes longer. So the counter reads the code
once, spends it on the visit, and goes on with a sealed ticket. A visit is good for one exchange:
its id is the key of that deed, whatever page is shown again by the browser's Back.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, cast
from uuid import UUID

from pointsvc.checkin.codes import MemberCode
from pointsvc.kernel.ids import derived_id, new_id
from pointsvc.kernel.ring import current_vault
from pointsvc.kernel.vault import Unreadable
from pointsvc.shop.errors import ScanAgain

TICKET_LIFE: Final = timedelta(minutes=10)
_PARTS: Final = 6
Proof = Literal["card", "member_code", "typed"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """The code that was scanned, and the visit that it began."""

    code: MemberCode
    visit_id: UUID


def visit_of(*, community_id: UUID, keeper_id: UUID, code: MemberCode) -> UUID:
    """The visit that this scan begins: of a changing code always the same, of a card a new one."""
    if code.step is None:
        return new_id()
    return derived_id("shop.visit", community_id, keeper_id, code.number, code.step)


def seal_ticket(*, community_id: UUID, keeper_id: UUID, ticket: Ticket, now: datetime) -> str:
    """A ticket for this keeper, about 250 characters that fit into an address."""
    code = ticket.code
    step = "" if code.step is None else code.step
    facts = (code.member_id, code.proof, code.number, step, ticket.visit_id, now.isoformat())
    sealed = current_vault().encrypt("|".join(map(str, facts)), _owner(community_id, keeper_id))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def open_ticket(*, community_id: UUID, keeper_id: UUID, ticket: str, now: datetime) -> Ticket:
    """The code that was scanned, and the visit.

    Raises:
        ScanAgain: older than ten minutes, another keeper's, or no ticket of ours.
    """
    found, scanned_at = _opened(community_id, keeper_id, ticket)
    if now - scanned_at > TICKET_LIFE:
        raise ScanAgain
    return found


def find_visit(*, community_id: UUID, keeper_id: UUID, ticket: str) -> UUID | None:
    """The visit of this keeper's ticket, however old it is."""
    try:
        return _opened(community_id, keeper_id, ticket)[0].visit_id
    except ScanAgain:
        return None


def _opened(community_id: UUID, keeper_id: UUID, ticket: str) -> tuple[Ticket, datetime]:
    try:
        sealed = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
        parts = current_vault().decrypt(sealed, _owner(community_id, keeper_id)).split("|")
    except (Unreadable, binascii.Error, ValueError) as error:
        raise ScanAgain from error
    if len(parts) != _PARTS:
        raise ScanAgain
    member_id, proof, number, step, visit_id, scanned_at = parts
    code = MemberCode(
        UUID(member_id), cast("Proof", proof), int(number), int(step) if step else None
    )
    return Ticket(code, UUID(visit_id)), datetime.fromisoformat(scanned_at)


def _owner(community_id: UUID, keeper_id: UUID) -> bytes:
    return b"shop.ticket" + community_id.bytes + keeper_id.bytes
