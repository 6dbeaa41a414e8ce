"""Telling the member, and who asked, what becomes of a backfill: nobody is recorded unawares."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pointsvc.activities.queries import get_shift
from pointsvc.checkin.backfills import BackfillFacts
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.members.telling import leave_message

TOPICS: Final = {
    "requested": "checkin.backfill_requested",
    "approved": "checkin.backfill_approved",
    "counted": "checkin.backfill_counted",
    "declined": "checkin.backfill_ended",
    "withdrawn": "checkin.backfill_ended",
    "stopped": "checkin.backfill_ended",
}
TO_THE_ASKER: Final = "checkin.backfill_refused"
_FORMAT: Final = "%Y-%m-%d %H:%M"


def tell(
    facts: BackfillFacts, community_id: UUID, news: str, now: datetime, *, points: int = 0
) -> None:
    """Leave the news: to the member always; a bad end also to who asked.

    Args:
        facts: the backfill.
        community_id: where.
        news: `requested`, `approved`, `counted`, `declined`, `withdrawn` or `stopped`.
        now: when.
        points: what was counted.
    """
    payload = _payload(facts, community_id, points)
    told: list[tuple[UUID, str]] = [(facts.member_id, TOPICS[news])]
    if news in {"declined", "stopped"}:
        told.append((facts.requested_by_id, TO_THE_ASKER))
    for recipient_id, topic in told:
        leave_message(
            community_id=community_id,
            recipient_id=recipient_id,
            topic=topic,
            payload=payload,
            now=now,
        )


def _payload(facts: BackfillFacts, community_id: UUID, points: int) -> dict[str, Any]:
    community = get_community(community_id)
    payload: dict[str, Any] = {
        "backfill_id": str(facts.id),
        "activity_kind": get_shift(community_id, facts.shift_id).activity_kind,
        "at": clock.local(facts.in_at, community.zone).strftime(_FORMAT),
        "hours": community.settings.backfill_delay_hours,
        "points": points,
        "minutes": facts.minutes,
    }
    if facts.counts_at is not None:
        payload["counts_at"] = clock.local(facts.counts_at, community.zone).strftime(_FORMAT)
    return payload
