"""What is done for shifts by itself: reminders of the evening before, word of gates that open."""

from __future__ import annotations

from datetime import datetime

from pointsvc.activities.opened_gates import tell_opened
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


def tell_open_gates(now: datetime) -> str:
    """Tell whom a training, an insurance or an age that was written down has let in."""
    counts = [
        transact(lambda id_=id_: tell_opened(community_id=id_, now=now))  # type: ignore[misc]
        for id_ in community_ids()
    ]
    return f"{sum(counts)} messages"
