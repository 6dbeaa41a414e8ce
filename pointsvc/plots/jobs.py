"""What is done for plots every night."""

from __future__ import annotations

from datetime import datetime

from pointsvc.communities.queries import community_ids
from pointsvc.kernel.transaction import transact
from pointsvc.plots.generating import extend_calendars


def extend(now: datetime) -> str:
    """Carry every calendar that was made once on to the horizon."""
    counts = [
        transact(lambda id_=id_: extend_calendars(community_id=id_, now=now))  # type: ignore[misc]
        for id_ in community_ids()
    ]
    return f"{sum(counts)} duties"
