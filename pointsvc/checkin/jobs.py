"""What check-in does by itself: end what was forgotten, annul or count what waited, tidy codes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pointsvc.checkin.codes import forget_passed_codes
from pointsvc.checkin.service import (
    annul_unconfirmed,
    close_found,
    count_found,
    find_due_backfills,
    find_overdue,
    find_unconfirmed,
)
from pointsvc.checkin.uncovered import tell_of_uncovered
from pointsvc.communities.queries import CommunityFacts, all_communities
from pointsvc.kernel.transaction import transact

ROUNDS_MAX = 50


@dataclass(frozen=True, slots=True)
class Report:
    """How many attendances were touched."""

    count: int

    def __str__(self) -> str:
        """The number alone, as other jobs say it."""
        return str(self.count)


def close_forgotten(now: datetime) -> Report:
    """End open attendances at the planned end once the grace is over, for a leader to confirm."""
    return _everywhere(now, _find_overdue, _close)


def annul_stale(now: datetime) -> Report:
    """Annul what a printed sign alone recorded and nobody confirmed in time."""
    return _everywhere(now, _find_unconfirmed, _annul)


def count_backfills(now: datetime) -> Report:
    """Let work that was recorded after the fact count, once its delay is over and nobody objected."""
    return _everywhere(now, _find_due_backfills, _count_backfills)


def forget_codes(now: datetime) -> int:
    """Forget typed digits that have passed and spent codes that expired long ago; how many rows."""
    return transact(lambda: forget_passed_codes(now=now))


def tell_uncovered(now: datetime) -> int:
    """Tell of dangerous work that was done without training or insurance; how many messages."""
    return sum(
        transact(lambda each=each: tell_of_uncovered(each, now))  # type: ignore[misc]
        for each in all_communities()
    )


_Find = Callable[[CommunityFacts, datetime], list[UUID]]
_Work = Callable[[CommunityFacts, Collection[UUID], datetime], int]


def _everywhere(now: datetime, find: _Find, work: _Work) -> Report:
    """A hundred at a time, each lot in a transaction of its own; safe twice at once."""
    count = 0
    for community in all_communities():
        for _round in range(ROUNDS_MAX):
            ids = find(community, now)
            if not ids:
                break
            count += _worked(community, ids, now, work)
    return Report(count)


def _worked(community: CommunityFacts, ids: Collection[UUID], now: datetime, work: _Work) -> int:
    return transact(lambda: work(community, ids, now))


def _find_overdue(community: CommunityFacts, now: datetime) -> list[UUID]:
    return find_overdue(community=community, now=now)


def _find_unconfirmed(community: CommunityFacts, now: datetime) -> list[UUID]:
    return find_unconfirmed(community=community, now=now)


def _close(community: CommunityFacts, ids: Collection[UUID], now: datetime) -> int:
    return close_found(community=community, ids=ids, now=now)


def _annul(community: CommunityFacts, ids: Collection[UUID], now: datetime) -> int:
    return annul_unconfirmed(community=community, ids=ids, now=now)


def _find_due_backfills(community: CommunityFacts, now: datetime) -> list[UUID]:
    return find_due_backfills(community=community, now=now)


def _count_backfills(community: CommunityFacts, ids: Collection[UUID], now: datetime) -> int:
    return count_found(community=community, ids=ids, now=now)
