"""Once a day: whether goods and money still last for the points that people hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.audit.actors import SYSTEM
from pointsvc.audit.queries import find_last_event
from pointsvc.audit.service import note
from pointsvc.communities.queries import community_ids, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.leases import take_lease
from pointsvc.kernel.transaction import transact
from pointsvc.members.telling import leave_message
from pointsvc.organisation.queries import grants_in
from pointsvc.shop.covering import coverage_of

DAY: Final = timedelta(days=1)
TOLD: Final = "shop.cover_short"


def watch_cover(now: datetime) -> str:
    """Tell clerks and supervisors, once a month at most, that points are promised too fast."""
    holder = str(new_id())
    if not transact(
        lambda: take_lease(name="shop.watch_cover daily", holder=holder, now=now, lasting=DAY)
    ):
        return "within the day"
    told = [transact(lambda id_=id_: warn_of(community_id=id_, now=now)) for id_ in community_ids()]  # type: ignore[misc]
    return f"{sum(told)} told"


def warn_of(*, community_id: UUID, now: datetime) -> int:
    """How many were told that the community's goods and money do not last."""
    community = get_community(community_id)
    today = clock.local_day(now, community.zone)
    last = find_last_event(community_id, TOLD)
    if last is not None and clock.local_day(last.at, community.zone) >= clock.month_start(today):
        return 0
    months_min = community.settings.cover_months_min
    if not coverage_of(community_id, today=today).is_short(months_min):
        return 0
    people = {
        grant.member_id
        for role in ("clerk", "supervisor")
        for grant in grants_in(community_id, role=role)
    }
    note(community_id=community_id, actor=SYSTEM, action=TOLD, subject_id=None, now=now)
    for member_id in sorted(people):
        leave_message(
            community_id=community_id,
            recipient_id=member_id,
            topic=TOLD,
            payload={"months": months_min},
            now=now,
        )
    return len(people)
