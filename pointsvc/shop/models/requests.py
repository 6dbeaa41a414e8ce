"""What a keeper asks of a supervisor: to take an exchange back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.asking import Asking, asked_once
from pointsvc.kernel.tables import InCommunity, one_of, references, unique_where


class ShopRequest(InCommunity, Asking, Base):
    """A keeper asks to take goods back; a supervisor decides once, signed in as themself (L15).

    Approving makes the refund in the same transaction. One waits for an order at a time.
    """

    __tablename__ = "shop_requests"
    __table_args__ = (
        references("order_id", "orders"),
        references("refund_id", "refunds"),
        one_of("kind", "void", "refund", "undelivered"),
        CheckConstraint("asked_by_id <> member_id", name="asker_is_another"),
        CheckConstraint(
            "decided_by_id <> asked_by_id AND decided_by_id <> member_id", name="two_persons"
        ),
        CheckConstraint("(state = 'approved') = (refund_id IS NOT NULL)", name="refund_named"),
        *asked_once(),
        UniqueConstraint("community_id", "refund_id", name="uq_shop_requests_refund"),
        unique_where("uq_shop_requests_waiting", "order_id", where="state = 'asked'"),
        Index("ix_shop_requests_order", "community_id", "order_id", "id"),
        Index("ix_shop_requests_state", "community_id", "state", "id"),
    )

    order_id: Mapped[UUID]
    member_id: Mapped[UUID]
    kind: Mapped[str]
    refund_id: Mapped[UUID | None]


class ShopRequestLine(InCommunity, Base):
    """How many units of an order line are to come back."""

    __tablename__ = "shop_request_lines"
    __table_args__ = (
        references("request_id", "shop_requests"),
        references("order_line_id", "order_lines"),
        UniqueConstraint(
            "community_id", "request_id", "order_line_id", name="uq_shop_request_lines_line"
        ),
        CheckConstraint("quantity BETWEEN 1 AND 1000", name="quantity_range"),
        Index("ix_shop_request_lines_line", "community_id", "order_line_id"),
    )

    request_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    quantity: Mapped[int]
