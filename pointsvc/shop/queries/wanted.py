"""Reading the lists of wanted and refused goods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.shop.models import WantedGoods

LINES_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class WantedLine:
    """Goods that a shop wants, or refuses; `words` says what kind, or why not."""

    id: UUID
    shop_id: UUID
    kind: str
    name: str
    words: str


def wanted_goods(community_id: UUID, shop_ids: Collection[UUID]) -> list[WantedLine]:
    """What these shops want and refuse, as it was added; at most 100 lines."""
    rows = db.session.execute(
        select(*(getattr(WantedGoods, name) for name in WantedLine.__slots__))
        .where(
            WantedGoods.community_id == community_id,
            WantedGoods.shop_id.in_(shop_ids),
            WantedGoods.ended_at.is_(None),
        )
        .order_by(WantedGoods.id)
        .limit(LINES_MAX)
    )
    return [WantedLine(*row) for row in rows]


def shop_of_wanted(community_id: UUID, wanted_id: UUID) -> UUID:
    """Whose list the line is on. Raises NotFound."""
    found = db.session.scalar(
        select(WantedGoods.shop_id).where(
            WantedGoods.community_id == community_id, WantedGoods.id == wanted_id
        )
    )
    if found is None:
        raise NotFound
    return found
