"""The shop's month on one sheet: what lay there, came, went, and lies there now (月报)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import case, func, select

from pointsvc.extensions import db
from pointsvc.shop.models import Batch, Order, Product, Refund, StockMovement

WASTE_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A product's units in a month, by kind of movement; what left is below 0."""

    name: str
    pack: str
    on_hand: int
    moved: Mapping[str, int]

    @property
    def opening(self) -> int:
        """Units at the month's beginning."""
        return self.on_hand - sum(self.moved.values())


@dataclass(frozen=True, slots=True)
class WasteLine:
    """Units that were thrown away: which, how many, why, by whom and with whom."""

    name: str
    pack: str
    units: int
    source_type: str
    reason: str | None
    moved_by_id: UUID | None
    approved_by_id: UUID | None
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class ShopMonth:
    """A shop's month; points of exchanges and of refunds."""

    lines: list[MonthLine]
    waste: list[WasteLine]
    orders: int
    points: int
    points_back: int


def shop_month(community_id: UUID, shop_id: UUID, first: date, last: date) -> ShopMonth:
    """Everything about a month, backwards from what lies on the shelf: years do not make it slower."""
    orders = _orders(community_id, shop_id, first, last)
    return ShopMonth(
        _lines(community_id, shop_id, first, last),
        _waste(community_id, shop_id, first, last),
        *orders,
        _points_back(community_id, shop_id, first, last),
    )


def _lines(community_id: UUID, shop_id: UUID, first: date, last: date) -> list[MonthLine]:
    later = case((StockMovement.business_on > last, StockMovement.delta), else_=0)
    during = case((StockMovement.business_on <= last, StockMovement.delta), else_=0)
    rows = db.session.execute(
        select(StockMovement.product_id, StockMovement.kind, func.sum(during), func.sum(later))
        .where(StockMovement.community_id == community_id, StockMovement.business_on >= first)
        .group_by(StockMovement.product_id, StockMovement.kind)
    )
    moved: dict[UUID, dict[str, int]] = {}
    after: dict[UUID, int] = {}
    for product_id, kind, now, since in rows:
        moved.setdefault(product_id, {})[kind] = int(now)
        after[product_id] = after.get(product_id, 0) + int(since)
    products = db.session.execute(
        select(Product.id, Product.name, Product.pack, Product.on_hand)
        .where(Product.community_id == community_id, Product.shop_id == shop_id)
        .order_by(Product.sort_key, Product.id)
    )
    lines = [
        MonthLine(row.name, row.pack, row.on_hand - after.get(row.id, 0), moved.get(row.id, {}))
        for row in products
    ]
    return [line for line in lines if line.on_hand or any(line.moved.values())]


def _waste(community_id: UUID, shop_id: UUID, first: date, last: date) -> list[WasteLine]:
    rows = db.session.execute(
        select(
            Product.name,
            Product.pack,
            -StockMovement.delta,
            StockMovement.source_type,
            StockMovement.reason,
            StockMovement.moved_by_id,
            StockMovement.approved_by_id,
            StockMovement.moved_at,
        )
        .join(
            Product,
            (Product.community_id == StockMovement.community_id)
            & (Product.id == StockMovement.product_id),
        )
        .where(
            StockMovement.community_id == community_id,
            StockMovement.kind == "waste",
            StockMovement.business_on >= first,
            StockMovement.business_on <= last,
            Product.shop_id == shop_id,
        )
        .order_by(StockMovement.moved_at, StockMovement.id)
        .limit(WASTE_MAX)
    )
    return [WasteLine(*row) for row in rows]


def _orders(community_id: UUID, shop_id: UUID, first: date, last: date) -> tuple[int, int]:
    count, points = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Order.total_points), 0)).where(
            Order.community_id == community_id,
            Order.shop_id == shop_id,
            Order.business_on >= first,
            Order.business_on <= last,
        )
    ).one()
    return int(count), int(points)


def _points_back(community_id: UUID, shop_id: UUID, first: date, last: date) -> int:
    found = db.session.scalar(
        select(func.coalesce(func.sum(Refund.total_points), 0))
        .join(Order, (Order.community_id == Refund.community_id) & (Order.id == Refund.order_id))
        .where(
            Refund.community_id == community_id,
            Order.shop_id == shop_id,
            Refund.business_on >= first,
            Refund.business_on <= last,
        )
    )
    return int(found or 0)


@dataclass(frozen=True, slots=True)
class ToBuy:
    """A product at or below its level; `used` were exchanged in the last 30 days, net."""

    id: UUID
    name: str
    pack: str
    on_hand: int
    reorder_level: int
    used: int

    @property
    def suggested(self) -> int:
        """A month's use and the level again, less what lies there."""
        return max(1, self.reorder_level + max(self.used, 0) - self.on_hand)


def goods_to_buy(community_id: UUID, shop_id: UUID, *, since: date, today: date) -> list[ToBuy]:
    """What the shop should buy: products whose units that may leave are at or below their level."""
    free = (
        select(Batch.product_id, func.sum(Batch.on_hand).label("units"))
        .where(
            Batch.community_id == community_id,
            Batch.on_hand > 0,
            Batch.restriction.is_(None),
            (Batch.best_before_on.is_(None)) | (Batch.best_before_on >= today),
        )
        .group_by(Batch.product_id)
        .subquery()
    )
    units = func.coalesce(free.c.units, 0)
    rows = db.session.execute(
        select(Product.id, Product.name, Product.pack, units, Product.reorder_level)
        .outerjoin(free, free.c.product_id == Product.id)
        .where(
            Product.community_id == community_id,
            Product.shop_id == shop_id,
            Product.closed_at.is_(None),
            Product.reorder_level.is_not(None),
            units <= Product.reorder_level,
        )
        .order_by(Product.sort_key, Product.id)
    ).all()
    used = _used(community_id, {row.id for row in rows}, since)
    return [
        ToBuy(row.id, row.name, row.pack, int(row[3]), row.reorder_level, used.get(row.id, 0))
        for row in rows
    ]


def _used(community_id: UUID, product_ids: set[UUID], since: date) -> dict[UUID, int]:
    rows = db.session.execute(
        select(StockMovement.product_id, -func.sum(StockMovement.delta))
        .where(
            StockMovement.community_id == community_id,
            StockMovement.product_id.in_(product_ids),
            StockMovement.kind.in_(["order", "refund"]),
            StockMovement.business_on >= since,
        )
        .group_by(StockMovement.product_id)
    )
    return {row[0]: int(row[1]) for row in rows}
