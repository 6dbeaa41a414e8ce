"""From the outbox to deliveries: one for each way that the recipient wishes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.members.wishes import wishes_of
from pointsvc.messages.models import Delivery
from pointsvc.messages.rules import is_news

BATCH: Final = 200


def hand_over(*, community_id: UUID, now: datetime) -> int:
    """Make deliveries of messages that nobody took up yet; how many messages were taken up.

    Two runners take up different ones (rows that somebody holds are left out; SQLite has one writer),
    and a message has one delivery for a channel, however often it is taken up. What was read in the
    pages already, or is days old, is taken up and sent nowhere.
    """
    waiting = db.session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.recipient_id,
            OutboxMessage.created_at,
            OutboxMessage.read_at,
        )
        .where(OutboxMessage.community_id == community_id, OutboxMessage.sent_at.is_(None))
        .order_by(OutboxMessage.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    if not waiting:
        return 0
    news = [row for row in waiting if row.read_at is None and is_news(row.created_at, now)]
    wishes = wishes_of(community_id, {row.recipient_id for row in news})
    rows = [
        _row(community_id, row.id, channel, now)
        for row in news
        if row.recipient_id in wishes
        for channel in sorted(wishes[row.recipient_id].open_ways)
    ]
    insert_rows(Delivery, rows, skip_known=True)
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.community_id == community_id,
            OutboxMessage.id.in_([row.id for row in waiting]),
        )
        .values(sent_at=now)
    )
    return len(waiting)


def _row(community_id: UUID, message_id: UUID, channel: str, now: datetime) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "id": derived_id("delivery", message_id, channel),
        "message_id": message_id,
        "channel": channel,
        "state": "waiting",
        "attempts_count": 0,
        "due_at": now,
        "holder": None,
        "created_at": now,
        "sent_at": None,
        "fault": None,
    }
