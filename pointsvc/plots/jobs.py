"""What is done for plots every night."""

from __future__ import annotations

from datetime import datetime

from pointsvc.communities.queries import community_ids
from pointsvc.kernel.transaction import transact
from pointsvc.plots.adopting import watch_adoptions
from pointsvc.plots.generating import extend_calendars
from pointsvc.plots.renewing import watch_terms


def extend(now: datetime) -> str:
    """Carry every calendar that was made once on to the horizon."""
    counts = [
        transact(lambda id_=id_: extend_calendars(community_id=id_, now=now))  # type: ignore[misc]
        for id_ in community_ids()
    ]
    return f"{sum(counts)} duties"


def watch(now: datetime) -> str:
    """Remind of terms of care and of corners that end soon, and end those that are over."""
    reminded = ended = 0
    for community_id in community_ids():
        for work in (watch_terms, watch_adoptions):
            some = transact(lambda w=work, id_=community_id: w(community_id=id_, now=now))  # type: ignore[misc]
            reminded, ended = reminded + some[0], ended + some[1]
    return f"{reminded} reminded, {ended} ended"
