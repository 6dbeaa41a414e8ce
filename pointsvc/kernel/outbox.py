"""Messages that leave after the commit: written in the same transaction as what they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Message:
    """What a member is told: `topic` names the template, `payload` holds ids, codes and numbers."""

    recipient_id: UUID
    topic: str
    payload: dict[str, Any]


def leave_messages(*, community_id: UUID, messages: Sequence[Message], now: datetime) -> None:
    """Tell members of something, in one statement."""
    insert_rows(
        OutboxMessage,
        [
            {
                "community_id": community_id,
                "id": new_id(),
                "recipient_id": message.recipient_id,
                "topic": message.topic,
                "payload": message.payload,
                "created_at": now,
            }
            for message in messages
        ],
    )
