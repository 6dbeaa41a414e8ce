"""What is kept and goes bad: pools and reservations give way until what is kept is good (case 37)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.communities.queries import get_community
from pointsvc.earning.limits import lock_uses
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.ledger.service import open_purses
from pointsvc.shop.models import ExchangeGood
from pointsvc.shop.queries.stock import usable_of
from pointsvc.shop.service.kept import Part, lock_reservation, parts_of
from pointsvc.shop.service.releasing import allowance_of, release
from pointsvc.shop.shelf import open_shelf


def block_spoiled(
    *, community_id: UUID, reservation_id: UUID, product_id: UUID, now: datetime
) -> int:
    """Give a line free whose goods passed their date meanwhile; the member is told.

    Only as many units as are missing; what nobody owns yet on an exchange day gives way before.

    Locks: reservation, limits, passbook, products by id; how much it is shows under the last.
    """
    kept = lock_reservation(community_id, reservation_id)
    today = local_day(now, get_community(community_id).zone)
    waiting = {part.hold.product_id: part for part in parts_of(kept, None)}
    lock_uses(community_id=community_id, wishes=allowance_of(kept, list(waiting.values())))
    open_purses(community_id=community_id, member_ids=[kept.member_id], business_on=today)
    missing = _missing(community_id, product_id, today)
    if missing <= 0 or product_id not in waiting:
        return 0
    part = waiting[product_id]
    parts = [Part(part.hold, min(part.quantity, missing))]
    return release(kept, parts, "expired", by_id=None, reason=None, now=now, is_spoiled=True)


def is_kept_good(community_id: UUID, product_id: UUID, today: date) -> bool:
    """Whether what is kept for people is there and good, once the pools of exchange days gave way."""
    return _missing(community_id, product_id, today) <= 0


def _missing(community_id: UUID, product_id: UUID, today: date) -> int:
    """Units that are kept and not good, after exchange days gave theirs; locks the product."""
    shelf = open_shelf(community_id=community_id, product_ids={product_id})
    usable = usable_of(community_id, [product_id], today=today)[product_id]
    missing = shelf.reserved[product_id] - usable
    drained = _drain_pools(community_id, product_id, missing) if missing > 0 else 0
    shelf.hold(product_id, -drained)
    shelf.write()
    return missing - drained


def _drain_pools(community_id: UUID, product_id: UUID, missing: int) -> int:
    """Take up to so many units out of exchange days' pools; how many."""
    goods = db.session.scalars(
        select(ExchangeGood)
        .where(
            ExchangeGood.community_id == community_id,
            ExchangeGood.product_id == product_id,
            ExchangeGood.pool > 0,
        )
        .order_by(ExchangeGood.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    drained = 0
    for good in goods:
        some = min(good.pool, missing - drained)
        good.pool, drained = good.pool - some, drained + some
    db.session.flush()
    return drained
