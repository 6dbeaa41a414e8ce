"""Batches that came from other batches: goods moved to another shop keep their origin.

Read from the movements alone: both sides of a move between shops have one source.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.shop.models import StockMovement

TRANSFER: Final = "transfer"
ROUNDS_MAX: Final = 20


def offspring_of(community_id: UUID, batch_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Every batch that descends from these by moves between shops → the one of these it comes from."""
    found: dict[UUID, UUID] = {}
    level = {batch_id: batch_id for batch_id in batch_ids}
    for _round in range(ROUNDS_MAX):
        pairs = _moved(community_id, list(level), sign=-1)
        level = {to: level[of] for of, to in pairs if to not in found}
        if not level:
            break
        found |= level
    return found


def roots_of(community_id: UUID, batch_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Of each batch the one that was taken in first; itself where it never moved between shops."""
    roots = {batch_id: batch_id for batch_id in batch_ids}
    for _round in range(ROUNDS_MAX):
        parents = dict(_moved(community_id, list(set(roots.values())), sign=1))
        if not parents:
            break
        roots = {batch_id: parents.get(root, root) for batch_id, root in roots.items()}
    return roots


def _moved(
    community_id: UUID, batch_ids: Collection[UUID], *, sign: int
) -> list[tuple[UUID, UUID]]:
    """(this batch, the other one) of the moves between shops; `sign` is this side's."""
    here, there = StockMovement, aliased(StockMovement)
    is_this_side = here.delta < 0 if sign < 0 else here.delta > 0
    rows = db.session.execute(
        select(here.batch_id, there.batch_id)
        .join(
            there,
            and_(
                there.community_id == here.community_id,
                there.source_type == here.source_type,
                there.source_id == here.source_id,
                there.id != here.id,
            ),
        )
        .where(
            here.community_id == community_id,
            is_among(here.batch_id, batch_ids),
            here.kind == TRANSFER,
            is_this_side,
        )
    )
    return [(row[0], row[1]) for row in rows]
