"""Exchanges at the counter and their refunds."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references


class Order(InCommunity, Base):
    """An exchange: goods for points. L15: the keeper is not the member.

    `proof` is how the member showed who they are; `holder_id` whose monthly limits were used.
    """

    __tablename__ = "orders"
    __table_args__ = (
        references("shop_id", "places"),
        references("member_id", "members"),
        UniqueConstraint("community_id", "receipt_no", name="uq_orders_receipt_no"),
        CheckConstraint("keeper_id <> member_id", name="keeper_is_another"),
        CheckConstraint("total_points > 0", name="total_positive"),
        one_of("proof", "card", "member_code", "typed"),
        Index("ix_orders_member", "community_id", "member_id", "id"),
        Index("ix_orders_shop", "community_id", "shop_id", "business_on", "id"),
    )

    receipt_no: Mapped[int]
    shop_id: Mapped[UUID]
    member_id: Mapped[UUID]
    holder_id: Mapped[UUID]
    keeper_id: Mapped[UUID]
    proof: Mapped[str]
    total_points: Mapped[int]
    placed_at: Mapped[datetime]
    business_on: Mapped[date]


class OrderLine(InCommunity, Base):
    """A product in an order, at the price version paid. S2: quantity × price are the points."""

    __tablename__ = "order_lines"
    __table_args__ = (
        references("order_id", "orders"),
        references("product_id", "products"),
        UniqueConstraint("community_id", "order_id", "number", name="uq_order_lines_number"),
        CheckConstraint("quantity BETWEEN 1 AND 1000", name="quantity_range"),
        CheckConstraint("total_points = quantity * price_points", name="sum"),
        CheckConstraint("refunded BETWEEN 0 AND quantity", name="refunded_within"),
    )

    order_id: Mapped[UUID]
    number: Mapped[int]
    product_id: Mapped[UUID]
    quantity: Mapped[int]
    price_points: Mapped[int]
    price_version: Mapped[int]
    total_points: Mapped[int]
    limit_taken: Mapped[int | None]
    refunded: Mapped[int]


class Refund(InCommunity, Base):
    """Goods given back, approved by a second person (L15)."""

    __tablename__ = "refunds"
    __table_args__ = (
        references("order_id", "orders"),
        UniqueConstraint("community_id", "order_id", "number", name="uq_refunds_number"),
        UniqueConstraint("community_id", "receipt_no", name="uq_refunds_receipt_no"),
        CheckConstraint("keeper_id <> approver_id", name="two_persons"),
        CheckConstraint("total_points > 0", name="total_positive"),
        at_most("reason", 200),
    )

    order_id: Mapped[UUID]
    number: Mapped[int]
    receipt_no: Mapped[int]
    keeper_id: Mapped[UUID]
    approver_id: Mapped[UUID]
    reason: Mapped[str]
    total_points: Mapped[int]
    refunded_at: Mapped[datetime]
    business_on: Mapped[date]


class RefundLine(InCommunity, Base):
    """How many units of an order line a refund took back; `wasted` of them were past their date."""

    __tablename__ = "refund_lines"
    __table_args__ = (
        references("refund_id", "refunds"),
        references("order_line_id", "order_lines"),
        UniqueConstraint("community_id", "refund_id", "order_line_id", name="uq_refund_lines_line"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("wasted BETWEEN 0 AND quantity", name="wasted_within"),
    )

    refund_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    quantity: Mapped[int]
    points: Mapped[int]
    wasted: Mapped[int]
