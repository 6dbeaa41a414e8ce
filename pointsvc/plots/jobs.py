"""What is done for plots every night, and once an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pointsvc.attachments.service import forget_old
from pointsvc.communities.queries import community_ids, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.leases import take_lease
from pointsvc.kernel.transaction import transact
from pointsvc.plots.gaps import watch_gaps
from pointsvc.plots.generating import extend_calendars
from pointsvc.plots.results import due_results, pay_month

HOUR: Final = timedelta(hours=1)
WATCHED: Final = "plots.watch hourly"  # a name of two words: it says when, not that it runs


def extend(now: datetime) -> str:
    """Carry every calendar that was made once on to the horizon."""
    counts = [
        transact(lambda id_=id_: extend_calendars(community_id=id_, now=now))  # type: ignore[misc]
        for id_ in community_ids()
    ]
    return f"{sum(counts)} duties"


def watch(now: datetime) -> str:
    """Raise and clear gaps of care, once an hour however often the timetable comes by."""
    holder = str(new_id())
    if not transact(lambda: take_lease(name=WATCHED, holder=holder, now=now, lasting=HOUR)):
        return "within the hour"
    raised = cleared = 0
    for id_ in community_ids():
        new, gone = transact(lambda id_=id_: watch_gaps(community_id=id_, now=now))  # type: ignore[misc]
        raised, cleared = raised + new, cleared + gone
    return f"{raised} raised, {cleared} cleared"


def pay_bonuses(now: datetime) -> str:
    """Pay passed months that are over, also to those who were counted late; each in its own transaction."""
    count = 0
    for community_id in community_ids():
        today = clock.local_day(now, get_community(community_id).zone)
        for result_id in due_results(community_id, today):
            count += transact(
                lambda c=community_id, r=result_id: pay_month(  # type: ignore[misc]
                    community_id=c, result_id=r, now=now
                )
            )
    return f"{count} people"


def forget_pictures(now: datetime) -> str:
    """Empty photographs that are older than their community keeps them."""
    count = 0
    for community_id in community_ids():
        days = get_community(community_id).settings.photo_keep_days
        before = now - timedelta(days=days)
        count += transact(
            lambda c=community_id, b=before: forget_old(community_id=c, before=b, now=now)  # type: ignore[misc]
        )
    return f"{count} pictures"
