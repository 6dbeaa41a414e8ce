"""What is done for shifts by itself: reminders of the evening before."""

from __future__ import annotations

from datetime import datetime

from pointsvc.activities.reminding import remind as remind_of
from pointsvc.communities.queries import community_ids
from pointsvc.kernel.transaction import transact


def remind(now: datetime) -> str:
    """Tell everybody about tomorrow's shifts, once."""
    counts = [
        transact(lambda id_=id_: remind_of(community_id=id_, now=now))  # type: ignore[misc]
        for id_ in community_ids()
    ]
    return f"{sum(counts)} messages"
