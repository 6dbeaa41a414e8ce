"""What nobody decided in time ends by itself, each request in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from pointsvc.communities.queries import community_ids
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.transaction import transact
from pointsvc.shop.queries.requests import overdue_requests
from pointsvc.shop.queries.stock_requests import overdue_stock_requests
from pointsvc.shop.service.requests import expire_return
from pointsvc.shop.service.stock_requests import expire_stock


def end_requests(now: datetime) -> str:
    """End them and tell who asked; what was brought back from a door goes out again."""
    ended = 0
    for community_id in community_ids():
        whose: dict[str, Any] = {"community_id": community_id, "now": now}
        goods, stock = (
            overdue_requests(community_id, now),
            overdue_stock_requests(community_id, now),
        )
        works: list[Callable[[], bool]] = [
            *(partial(expire_return, request_id=request_id, **whose) for request_id in goods),
            *(partial(expire_stock, request_id=request_id, **whose) for request_id in stock),
        ]
        for work in works:
            with suppress(Conflict):  # somebody was quicker, or the goods cannot go out again
                ended += transact(work)
    return f"{ended} requests"
