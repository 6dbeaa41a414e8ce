"""Which messages tell of something about the reader's account that one tap still stops."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pointsvc.kernel.models import OutboxMessage
from pointsvc.members.people_told import STOPPABLE
from pointsvc.members.stopping import still_stoppable


def stoppable_in(
    community_id: UUID, member_id: UUID, rows: Sequence[OutboxMessage]
) -> dict[UUID, UUID]:
    """By message: the request that waits, or the erasure that is not carried out yet."""
    about = {
        row.id: UUID(row.payload["request_id"])
        for row in rows
        if row.topic in STOPPABLE and "request_id" in row.payload
    }
    open_ids = still_stoppable(community_id, member_id, set(about.values())) if about else set()
    return {row_id: each for row_id, each in about.items() if each in open_ids}
