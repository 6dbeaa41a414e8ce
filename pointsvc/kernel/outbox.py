"""Messages that leave after the commit: written in the same transaction as what they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage


def leave_message(
    *,
    community_id: UUID,
    recipient_id: UUID,
    topic: str,
    payload: dict[str, Any],
    now: datetime,
) -> None:
    """Tell a member of something: `topic` names the template, `payload` ids, codes and numbers."""
    db.session.add(
        OutboxMessage(
            community_id=community_id,
            id=new_id(),
            recipient_id=recipient_id,
            topic=topic,
            payload=payload,
            created_at=now,
        )
    )
