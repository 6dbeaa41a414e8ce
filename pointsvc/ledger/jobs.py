"""The books' periodic work: expiring points, sealing days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy.exc import IntegrityError

from pointsvc.communities.queries import community_ids, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import expire_accounts, find_expired_accounts, seal_day
from pointsvc.ledger.standing import write_down_new

CHUNK = 500
TOGETHER = 100
log = structlog.get_logger()


def expire_due(now: datetime) -> int:
    """Expire what is left of every wallet whose last day has passed; how many points in all.

    A hundred wallets share a short transaction; where that fails, each has its own. So a run that is
    killed is finished by the next, and a broken book is left alone while all others go on
    (docs/ledger.md §3).

    Raises:
        BrokenBooks: some wallets could not be expired; the rest were.
    """
    failed: list[UUID] = []
    points = sum(_expire(community_id, now, failed) for community_id in community_ids())
    if failed:
        raise BrokenBooks(f"{len(failed)} wallet(s) left alone, the first {failed[0]}")
    return points


class BrokenBooks(Exception):
    """Books that cannot be posted to; `ledger verify` says what is wrong with them."""


def _expire(community_id: UUID, now: datetime, failed: list[UUID]) -> int:
    today = clock.local_day(now, get_community(community_id).zone)
    points, after = 0, None
    while True:
        due = find_expired_accounts(
            community_id=community_id, today=today, after=after, limit=CHUNK
        )
        for start in range(0, len(due), TOGETHER):
            points += _expire_some(community_id, due[start : start + TOGETHER], now, failed)
        if len(due) < CHUNK:
            return points
        after = due[-1]


def _expire_some(
    community_id: UUID, account_ids: Sequence[UUID], now: datetime, failed: list[UUID]
) -> int:
    """Together, or each alone where one of them spoils it."""
    try:
        return transact(lambda: _expired(community_id, account_ids, now))
    except (Refusal, IntegrityError) as error:
        if len(account_ids) > 1:
            return sum(_expire_some(community_id, [id_], now, failed) for id_ in account_ids)
        log.error("wallet_not_expired", account_id=str(account_ids[0]), exc_info=error)  # noqa: TRY400
        failed.append(account_ids[0])
        return 0


def _expired(community_id: UUID, account_ids: Sequence[UUID], now: datetime) -> int:
    today = clock.local_day(now, get_community(community_id).zone)
    return expire_accounts(community_id=community_id, account_ids=account_ids, today=today, now=now)


def seal_yesterday(now: datetime) -> int:
    """Seal the day that has just ended in each community, once; how many communities there are.

    What was sealed is written down outside the database, where no restore takes it back.
    """
    instance = Path(current_app.instance_path)
    ids = community_ids()
    for community_id in ids:
        yesterday = clock.local_day(now, get_community(community_id).zone) - timedelta(days=1)
        transact(lambda c=community_id, d=yesterday: seal_day(community_id=c, day=d, now=now))  # type: ignore[misc]
        write_down_new(instance, community_id)
    return len(ids)
