"""A batch, for those who look after its shop."""

from __future__ import annotations

from uuid import UUID

from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_community_id
from pointsvc.shop.pages.desk import check_open, my_stockrooms, today
from pointsvc.shop.queries.stock import BatchRow, get_batch


def my_batch(batch_id: UUID) -> BatchRow:
    """The batch. Raises NotFound; Forbidden: another's shop."""
    batch = get_batch(current_community_id(), batch_id, today=today(clock.now()))
    check_open(batch.shop_id, my_stockrooms())
    return batch
