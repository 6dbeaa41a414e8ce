"""Telling people of what happened, only those who agreed to messages (PIPL art. 14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.kernel import outbox
from pointsvc.kernel.outbox import Message
from pointsvc.members.consents import who_gave


def leave_message(
    *,
    community_id: UUID,
    recipient_id: UUID,
    topic: str,
    payload: dict[str, Any],
    now: datetime,
) -> None:
    """Leave a message for a member; nothing for one whose newest word on messages is not yes."""
    message = Message(recipient_id, topic, payload)
    leave_messages(community_id=community_id, messages=[message], now=now)


def leave_messages(*, community_id: UUID, messages: Sequence[Message], now: datetime) -> None:
    """Leave messages for those of the members whose newest word on messages is yes.

    People from an office's workbook were never asked: they are counted, and get no messages.
    """
    if not messages:
        return
    agreed = who_gave(community_id, "messages", {each.recipient_id for each in messages})
    wanted = [message for message in messages if message.recipient_id in agreed]
    outbox.leave_messages(community_id=community_id, messages=wanted, now=now)
