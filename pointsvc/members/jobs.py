"""What the people's room does by itself: forget old failures, move what an older key sealed, end requests."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from pointsvc.communities.queries import community_ids
from pointsvc.kernel.transaction import transact
from pointsvc.members.request_ends import overdue_requests
from pointsvc.members.resealing import reseal_batch
from pointsvc.members.stopping import expire_request
from pointsvc.members.throttle import prune_throttles

BATCHES: Final = 25


def forget_failures(now: datetime) -> int:
    """Forget counted failures that no throttle looks at any more; how many rows."""
    return transact(lambda: prune_throttles(now=now))


def reseal(_now: datetime) -> int:
    """Move what older keys sealed to the newest, in short transactions; how many rows."""
    total = 0
    for _batch in range(BATCHES):
        count = transact(reseal_batch)
        total += count
        if not count:
            break
    return total


def end_requests(now: datetime) -> int:
    """End what no second person answered in time, each in a transaction of its own; how many."""
    works = [
        partial(expire_request, community_id=each, request_id=request_id, now=now)
        for each in community_ids()
        for request_id in overdue_requests(each, now)
    ]
    return sum(transact(work) for work in works)
