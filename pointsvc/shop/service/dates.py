"""What the calendar does to stock: warnings before a date, removal to waste after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.audit.actors import SYSTEM
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_unknown
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.ids import derived_id, new_id
from pointsvc.members.telling import leave_message
from pointsvc.organisation.queries import grants_in
from pointsvc.shop.models import Batch, Product, StockWarning
from pointsvc.shop.service.spoiling import is_kept_good
from pointsvc.shop.shelf import Move, Moving, open_shelf

DAYS: Final = (7, 30)
PAST_DATE: Final = "past_date"
_LAST_DAY: Final = func.coalesce(Batch.use_by_on, Batch.best_before_on)


def past_products(community_id: UUID, now: datetime) -> list[UUID]:
    """Products with something on hand that is past its last day."""
    wanted = (
        select(Batch.product_id)
        .where(
            Batch.community_id == community_id,
            Batch.on_hand > 0,
            _today(community_id, now) > _LAST_DAY,
        )
        .distinct()
        .order_by(Batch.product_id)
    )
    return list(db.session.scalars(wanted))


def remove_past(*, community_id: UUID, product_id: UUID, now: datetime) -> int:
    """Take to waste what a product has past its last day (最后食用); how many units (S6).

    Whoever comes second finds nothing: what is there is looked at under the product's lock, and a
    batch is emptied once a day by its key. While some of it is kept for people, it waits: they are
    told first (`spoiling.block_spoiled`).
    """
    today = _today(community_id, now)
    if not is_kept_good(community_id, product_id, today):
        return 0
    ids = _past_batches(community_id, product_id, today)
    shelf = open_shelf(community_id=community_id, product_ids={product_id}, batch_ids=ids)
    moves = [
        Move(batch_id, -shelf.batches[batch_id].on_hand, "waste", PAST_DATE, source_id, "waste")
        for batch_id in ids
        if shelf.batches[batch_id].on_hand
        for source_id in [derived_id(PAST_DATE, batch_id, today)]
    ]
    if not moves:
        return 0
    shelf.move(moves, Moving(None, now, today))
    units = -sum(move.delta for move in moves)
    note(
        community_id=community_id,
        actor=SYSTEM,
        action="shop.stock_removed",
        subject_id=product_id,
        now=now,
        detail={"delta": -units},
    )
    shop_id = db.session.scalar(
        select(Product.shop_id).where(
            Product.community_id == community_id, Product.id == product_id
        )
    )
    payload = {"units": units, "product_id": str(product_id)}
    _tell_keepers(community_id, shop_id, "shop.stock_removed", payload, now)
    return units


def warn_keepers(*, community_id: UUID, now: datetime) -> int:
    """Tell each shop's keepers of batches with 30 and 7 days left, once each; how many batches."""
    today = _today(community_id, now)
    rows = db.session.execute(
        select(Batch.id, Product.shop_id, Batch.best_before_on)
        .join(
            Product,
            (Product.community_id == Batch.community_id) & (Product.id == Batch.product_id),
        )
        .where(
            Batch.community_id == community_id,
            Batch.on_hand > 0,
            Batch.best_before_on >= today,
            Batch.best_before_on <= today + timedelta(days=max(DAYS)),
        )
    ).all()
    near = {row.id: (row.shop_id, _nearest(row.best_before_on, today)) for row in rows}
    told = insert_unknown(
        StockWarning,
        [
            {
                "community_id": community_id,
                "id": new_id(),
                "batch_id": batch_id,
                "days": days,
                "told_at": now,
            }
            for batch_id, (_shop_id, days) in sorted(near.items())
        ],
        key=("community_id", "batch_id", "days"),
        told=("batch_id",),
    )
    counts = Counter(near[batch_id] for batch_id in told)
    for (shop_id, days), batches in counts.items():
        payload = {"batches": batches, "days": days}
        _tell_keepers(community_id, shop_id, "shop.stock_expiring", payload, now)
    return len(told)


def _nearest(last: date, today: date) -> int:
    return next(days for days in DAYS if last <= today + timedelta(days=days))


def _past_batches(community_id: UUID, product_id: UUID, today: date) -> list[UUID]:
    wanted = select(Batch.id).where(
        Batch.community_id == community_id,
        Batch.product_id == product_id,
        Batch.on_hand > 0,
        today > _LAST_DAY,
    )
    return list(db.session.scalars(wanted.order_by(Batch.id)))


def _tell_keepers(
    community_id: UUID, shop_id: UUID | None, topic: str, payload: dict[str, Any], now: datetime
) -> None:
    keepers: Collection[UUID] = {
        grant.member_id
        for grant in grants_in(community_id, role="keeper")
        if grant.place_id == shop_id
    }
    for member_id in sorted(keepers):
        leave_message(
            community_id=community_id, recipient_id=member_id, topic=topic, payload=payload, now=now
        )


def _today(community_id: UUID, now: datetime) -> date:
    return local_day(now, get_community(community_id).zone)
