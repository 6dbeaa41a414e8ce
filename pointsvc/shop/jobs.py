"""What is done for kept goods and exchange days, every time the timetable comes by."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from pointsvc.communities.queries import community_ids
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.transaction import transact
from pointsvc.shop.queries.exchange_days import days_in
from pointsvc.shop.queries.spoiled import spoiled_holds
from pointsvc.shop.service.exchange_days import end_day
from pointsvc.shop.service.releasing import due_reservations, expire_reservation
from pointsvc.shop.service.sharing import draw_day, serve_waiting
from pointsvc.shop.service.spoiling import block_spoiled

DRAWN_AFTER: Final = timedelta(hours=2)


def keep_promises(now: datetime) -> str:
    """End what is late, block what went bad, draw where nobody did, serve who waits, end days.

    Each of these in a transaction of its own: killed, repeated or run twice at once it has one effect.
    """
    ended = blocked = served = 0
    for community_id in community_ids():
        ended += sum(bool(n) for n in _each(_expiries(community_id, now)))
        blocked += block_what_spoiled(community_id, now)
        served += sum(_each(_days(community_id, now)))
    return f"{ended} ended, {blocked} blocked, {served} served"


def block_what_spoiled(community_id: UUID, now: datetime) -> int:
    """Give free what is kept and went bad; in how many reservations."""
    return sum(bool(n) for n in _each(_blocks(community_id, now)))


def _each(works: list[Callable[[], int]]) -> list[int]:
    """What each did; what somebody else was quicker with is done."""
    done = []
    for work in works:
        with suppress(Conflict):
            done.append(transact(work))
    return done


def _expiries(community_id: UUID, now: datetime) -> list[Callable[[], int]]:
    return [
        partial(expire_reservation, community_id=community_id, reservation_id=id_, now=now)
        for id_ in due_reservations(community_id, now)
    ]


def _blocks(community_id: UUID, now: datetime) -> list[Callable[[], int]]:
    return [
        partial(
            block_spoiled,
            community_id=community_id,
            reservation_id=reservation_id,
            product_id=product_id,
            now=now,
        )
        for reservation_id, product_id in spoiled_holds(community_id, now)
    ]


def _days(community_id: UUID, now: datetime) -> list[Callable[[], int]]:
    works: list[Callable[[], int]] = [
        partial(_draw, community_id, day.id, now)
        for day in days_in(community_id, "open")
        if day.wishes_close_at + DRAWN_AFTER <= now
    ]
    for day in days_in(community_id, "drawn"):
        works.append(partial(serve_waiting, community_id=community_id, day_id=day.id, now=now))
        works.append(partial(_end, community_id, day.id, now))
    return works


def _draw(community_id: UUID, day_id: UUID, now: datetime) -> int:
    draw_day(community_id=community_id, day_id=day_id, spoken=None, by_id=None, now=now)
    return 0


def _end(community_id: UUID, day_id: UUID, now: datetime) -> int:
    end_day(community_id=community_id, day_id=day_id, now=now)
    return 0
