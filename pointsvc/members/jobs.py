"""What the people's room does by itself: forget old failures to sign in."""

from __future__ import annotations

from datetime import datetime

from pointsvc.kernel.transaction import transact
from pointsvc.members.throttle import prune_throttles


def forget_failures(now: datetime) -> int:
    """Forget counted failures that no throttle looks at any more; how many rows."""
    return transact(lambda: prune_throttles(now=now))
