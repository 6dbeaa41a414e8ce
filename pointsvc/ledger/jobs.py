"""The books' periodic work: expiring points, sealing days."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from pointsvc.communities.queries import community_ids, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import expire_account, find_expired_accounts, seal_day

CHUNK = 500


def expire_due(now: datetime) -> int:
    """Expire what is left of every wallet whose last day has passed; how many points in all.

    One short transaction for each wallet: a run that is killed is finished by the next.
    """
    return sum(_expire(community_id, now) for community_id in community_ids())


def _expire(community_id: UUID, now: datetime) -> int:
    today = clock.local_day(now, get_community(community_id).zone)
    points, after = 0, None
    while True:
        due = find_expired_accounts(
            community_id=community_id, today=today, after=after, limit=CHUNK
        )
        for account_id in due:
            points += transact(lambda id_=account_id: _expire_one(community_id, id_, now))  # type: ignore[misc]
        if len(due) < CHUNK:
            return points
        after = due[-1]


def _expire_one(community_id: UUID, account_id: UUID, now: datetime) -> int:
    today = clock.local_day(now, get_community(community_id).zone)
    return expire_account(community_id=community_id, account_id=account_id, today=today, now=now)


def seal_yesterday(now: datetime) -> int:
    """Seal the day that has just ended in each community, once; how many communities there are."""
    ids = community_ids()
    for community_id in ids:
        yesterday = clock.local_day(now, get_community(community_id).zone) - timedelta(days=1)
        transact(lambda c=community_id, d=yesterday: seal_day(community_id=c, day=d, now=now))  # type: ignore[misc]
    return len(ids)
