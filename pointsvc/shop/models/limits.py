"""What one person or household may have, beyond a product's own month (限兑)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references


class PurchaseLimit(InCommunity, Base):
    """So many units or points of a product, a category or everything, in a window, for a holder.

    What is limited, for whom and in which window never changes: its use is counted under its id. The
    number may change; a limit that is no longer wanted is ended.
    """

    __tablename__ = "purchase_limits"
    __table_args__ = (
        references("shop_id", "places"),
        references("product_id", "products"),
        one_of("holder", "member", "household"),
        one_of("window_kind", "day", "month", "exchange"),
        one_of("measure", "units", "points"),
        CheckConstraint("most BETWEEN 1 AND 1000000", name="most_range"),
        CheckConstraint("product_id IS NULL OR category IS NULL", name="one_subject"),
        at_most("category", 20),
        Index("ix_purchase_limits_shop", "community_id", "shop_id", "ended_at"),
        Index("ix_purchase_limits_product", "community_id", "product_id"),
    )

    shop_id: Mapped[UUID]
    product_id: Mapped[UUID | None]
    category: Mapped[str | None]
    holder: Mapped[str]
    window_kind: Mapped[str]
    measure: Mapped[str]
    most: Mapped[int]
    set_by_id: Mapped[UUID]
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LineLimit(InCommunity, Base):
    """An order line counted towards a limit: whose, and in the window that began on that day.

    A refund gives back to exactly these windows (S3).
    """

    __tablename__ = "line_limits"
    __table_args__ = (
        references("order_line_id", "order_lines"),
        references("limit_id", "purchase_limits"),
        UniqueConstraint("community_id", "order_line_id", "limit_id", name="uq_line_limits_line"),
        Index("ix_line_limits_limit", "community_id", "limit_id"),
    )

    order_line_id: Mapped[UUID]
    limit_id: Mapped[UUID]
    holder_id: Mapped[UUID]
    window_on: Mapped[date]
