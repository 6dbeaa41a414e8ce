"""Opening balances of an imported book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.books import open_books
from pointsvc.ledger.transfers import NewTransfer, Recording, Side

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Opening:
    """A person's points in an old book. `source_id` names the import of that person's lines."""

    member_id: UUID
    points: int
    source_id: UUID
    expires_on: date


def open_balances(
    *,
    community_id: UUID,
    openings: Sequence[Opening],
    recorded_by_id: UUID | None,
    now: datetime,
    business_on: date,
) -> int:
    """Post one transfer from `opening` for each; how many were new. Twice is the same as once."""
    recording = Recording(recorded_by_id, now, business_on)
    count = 0
    for start in range(0, len(openings), CHUNK):
        some = openings[start : start + CHUNK]
        members = {opening.member_id for opening in some}
        books = open_books(community_id=community_id, owner_ids=members, unit="points")
        count += len(books.post([_opening(community_id, each) for each in some], recording))
    return count


def _opening(community_id: UUID, opening: Opening) -> NewTransfer:
    return NewTransfer(
        id=new_id(),
        unit="points",
        debit=Side(community_id, "opening"),
        credit=Side(opening.member_id, "wallet", opening.expires_on),
        amount=opening.points,
        kind="opening",
        reason="opening",
        source_type="import",
        source_id=opening.source_id,
        effect="opening",
    )
