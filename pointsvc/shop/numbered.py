"""Volunteer numbers that somebody types at a desk are guessed as codes are: one budget for all of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pointsvc.checkin.guesses import guesser
from pointsvc.members.queries import MemberFacts
from pointsvc.members.search import find_numbered
from pointsvc.members.throttle import check_throttles, count_failure


def find_watched(
    community_id: UUID, actor_id: UUID, volunteer_no: int, now: datetime, name: str | None = None
) -> MemberFacts | None:
    """The active member of this number (and of this name, where it is asked for); call before `transact`.

    Raises:
        TooManyFailures: too many that nobody has were typed by whoever asks.
    """
    check_throttles([guesser(actor_id)], now=now)
    found = find_numbered(community_id, volunteer_no)
    if found is not None and name in {None, found.name}:
        return found
    count_failure([guesser(actor_id)], now=now)
    return None
