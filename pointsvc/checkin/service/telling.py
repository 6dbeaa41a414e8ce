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

BAD_ENDS: Final = frozenset({"declined", "withdrawn", "stopped"})
_FORMAT: Final = "%Y-%m-%d %H:%M"


def tell(
    facts: BackfillFacts, community_id: UUID, news: str, now: datetime, *, points: int = 0
) -> None:
    """Leave the news: to the member always; how it ended also to who asked, unless they ended it.

    Args:
        facts: the backfill.
        community_id: where.
        news: `requested`, `approved`, `counted`, `declined`, `withdrawn` or `stopped`.
        now: when.
        points: what was counted.
    """
    payload = _payload(facts, community_id, points)
    told: list[tuple[UUID, str]] = [(facts.member_id, news)]
    if news in BAD_ENDS and facts.ended_by_id != facts.requested_by_id:
        told.append((facts.requested_by_id, "refused"))
    for recipient_id, word in told:
        leave_message(
            community_id=community_id,
            recipient_id=recipient_id,
            topic=f"checkin.backfill_{word if word not in BAD_ENDS else 'ended'}",
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
