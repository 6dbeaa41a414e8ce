"""Telling people of what happened, only those who agreed to messages (PIPL art. 14)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.kernel import outbox
from pointsvc.members.consents import who_gave


def leave_message(
    *,
    community_id: UUID,
    recipient_id: UUID,
    topic: str,
    payload: dict[str, Any],
    now: datetime,
) -> None:
    """Leave a message for a member; nothing for one whose newest word on messages is not yes.

    People from an office's workbook were never asked: they are counted, and get no messages.
    """
    if who_gave(community_id, "messages", [recipient_id]):
        outbox.leave_message(
            community_id=community_id,
            recipient_id=recipient_id,
            topic=topic,
            payload=payload,
            now=now,
        )
