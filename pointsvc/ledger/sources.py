"""What one deed did to the books: the transfers that name it, and those that correct them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select

from pointsvc.extensions import db
from pointsvc.ledger.models import Transfer

ROWS_MAX = 200


@dataclass(frozen=True, slots=True)
class Movement:
    """A transfer behind a deed; `unit` is points or minutes."""

    id: UUID
    at: datetime
    kind: str
    unit: str
    amount: int
    reason: str
    recorded_by_id: UUID | None
    approved_by_id: UUID | None


def movements_of(*, community_id: UUID, source_type: str, source_id: UUID) -> list[Movement]:
    """The transfers of a source and their corrections, in the order in which they were posted."""
    of_source = (
        Transfer.community_id == community_id,
        Transfer.source_type == source_type,
        Transfer.source_id == source_id,
    )
    corrected = select(Transfer.id).where(*of_source)
    rows = db.session.execute(
        select(
            Transfer.id,
            Transfer.recorded_at,
            Transfer.kind,
            Transfer.unit,
            Transfer.amount,
            Transfer.reason,
            Transfer.recorded_by_id,
            Transfer.approved_by_id,
        )
        .where(
            Transfer.community_id == community_id,
            or_(and_(*of_source), Transfer.corrects_id.in_(corrected)),
        )
        .order_by(Transfer.recorded_at, Transfer.id)
        .limit(ROWS_MAX)
    )
    return [Movement(*row) for row in rows]
