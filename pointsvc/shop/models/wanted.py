"""What a shop asks donors for, and what it cannot take (心愿单)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references


class WantedGoods(InCommunity, Base):
    """A line of the list: goods that are wanted, or refused with the reason. Ended, never deleted."""

    __tablename__ = "wanted_goods"
    __table_args__ = (
        references("shop_id", "places"),
        one_of("kind", "wanted", "refused"),
        at_most("name", 40),
        at_most("words", 120),
        Index("ix_wanted_goods_shop", "community_id", "shop_id", "ended_at"),
    )

    shop_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    words: Mapped[str]
    added_by_id: Mapped[UUID]
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
