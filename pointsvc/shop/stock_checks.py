"""What transfers, stock-takes and limits promise, recomputed from the rows themselves (S3, S4)."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.shop.limit_checks import limit_check
from pointsvc.shop.models import (
    Batch,
    StockCount,
    StockMovement,
    StockTransfer,
)
from pointsvc.shop.queries.counts import compared


def stock_checks(community_id: UUID) -> list[Check]:
    """Limits are used by what was bought; transfers and counts moved what they say, once.

    A shop that has none of it has nothing to check.
    """
    checks = (limit_check(community_id), _transfers(community_id), _counts(community_id))
    return [check for check in checks if check.count]


def _transfers(community_id: UUID) -> Check:
    """S4: both sides were recorded once, and the goods have the same dates there."""
    check, here, there = Check("S4"), aliased(Batch), aliased(Batch)
    moved = _moved(community_id, "transfer")
    rows = db.session.execute(
        select(
            StockTransfer,
            here.best_before_on,
            here.use_by_on,
            there.best_before_on,
            there.use_by_on,
        )
        .join(
            here,
            (here.community_id == StockTransfer.community_id)
            & (here.id == StockTransfer.from_batch_id),
        )
        .join(
            there,
            (there.community_id == StockTransfer.community_id)
            & (there.id == StockTransfer.to_batch_id),
        )
        .where(StockTransfer.community_id == community_id)
    )
    known = set()
    for transfer, best, use_by, best_there, use_by_there in rows:
        known.add(transfer.id)
        wanted = Counter({transfer.from_batch_id: -transfer.quantity})
        wanted[transfer.to_batch_id] += transfer.quantity
        is_same = (best, use_by) == (best_there, use_by_there)
        check.expect(is_same and moved.get(transfer.id) == wanted, transfer.id)
    for source_id in moved.keys() - known:
        check.expect(source_id in known, source_id)
    return check


def _moved(community_id: UUID, source_type: str) -> dict[UUID, Counter[UUID]]:
    rows = db.session.execute(
        select(StockMovement.source_id, StockMovement.batch_id, StockMovement.delta).where(
            StockMovement.community_id == community_id, StockMovement.source_type == source_type
        )
    )
    found: dict[UUID, Counter[UUID]] = {}
    for source_id, batch_id, delta in rows:
        found.setdefault(source_id, Counter())[batch_id] += delta
    return found


def _counts(community_id: UUID) -> Check:
    """S4: an approved count moved the differences that two people found, and no other moved any."""
    check = Check("S4")
    rows = db.session.execute(
        select(StockMovement.source_id, StockMovement.product_id, func.sum(StockMovement.delta))
        .where(
            StockMovement.community_id == community_id,
            StockMovement.source_type == "stock_count",
        )
        .group_by(StockMovement.source_id, StockMovement.product_id)
    )
    moved: dict[UUID, dict[UUID, int]] = {}
    for count_id, product_id, delta in rows:
        moved.setdefault(count_id, {})[product_id] = int(delta)
    for count in db.session.scalars(
        select(StockCount).where(StockCount.community_id == community_id)
    ):
        wanted: dict[UUID, int] = {}
        if count.state == "approved":
            lines = compared(community_id, count.id, count.first_id, count.second_id)
            wanted = {line.product_id: line.difference for line in lines if line.difference}
        check.expect(moved.pop(count.id, {}) == wanted, count.id)
    for count_id, wrong in moved.items():
        check.expect(not wrong, count_id)
    return check
