"""What is done for stock by the timetable; each product in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from pointsvc.communities.queries import community_ids
from pointsvc.kernel.transaction import transact
from pointsvc.shop.jobs import block_what_spoiled
from pointsvc.shop.service.dates import past_products, remove_past, warn_keepers
from pointsvc.shop.service.markdowns import end_markdown, spent_markdowns

T = TypeVar("T")


def remove_past_stock(now: datetime) -> str:
    """Take to waste what is past its last day; who had some of it kept is told first (case 37)."""

    def remove(community_id: UUID, product_id: UUID) -> int:
        return remove_past(community_id=community_id, product_id=product_id, now=now)

    for community_id in community_ids():
        block_what_spoiled(community_id, now)
    return f"{sum(_each(past_products, remove, now))} units"


def end_markdowns(now: datetime) -> str:
    """Bring regular prices back where the batch that was marked down is gone."""

    def end(community_id: UUID, markdown_id: UUID) -> bool:
        return end_markdown(community_id=community_id, markdown_id=markdown_id, by_id=None, now=now)

    return f"{sum(_each(spent_markdowns, end, now))} mark-downs"


def warn_of_dates(now: datetime) -> str:
    """Tell keepers of what expires within 30 and 7 days."""
    told = [
        transact(lambda id_=id_: warn_keepers(community_id=id_, now=now))  # type: ignore[misc]
        for id_ in community_ids()
    ]
    return f"{sum(told)} batches"


def _each(
    find: Callable[[UUID, datetime], list[UUID]], work: Callable[[UUID, UUID], T], now: datetime
) -> list[T]:
    return [
        transact(lambda c=community_id, i=id_: work(c, i))  # type: ignore[misc]
        for community_id in community_ids()
        for id_ in find(community_id, now)
    ]
