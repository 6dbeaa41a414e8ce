"""What the people's room does by itself: forget old failures, move what an older key sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pointsvc.kernel.transaction import transact
from pointsvc.members.resealing import reseal_batch
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
