"""The shop's month: what lay on the shelves, came and went, and what was exchanged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, select

from pointsvc.extensions import db
from pointsvc.shop.models import Order, OrderLine, Product, Refund, RefundLine, StockMovement

_ARRIVALS = frozenset({"donation", "purchase"})


@dataclass(frozen=True, slots=True)
class StockLine:
    """A product's units in a month: `on_hand` follows from the rest.

    `exchanged` is what was handed out: for points, or for a donor's purpose.
    `corrected` is what counts found or lost, what was thrown away or sent to another shop; below 0
    for a loss.
    """

    product_id: UUID
    name: str
    pack: str
    price_points: int
    opening: int
    received: int
    exchanged: int
    returned: int
    corrected: int

    @property
    def on_hand(self) -> int:
        """Units at the month's end."""
        return self.opening + self.received - self.exchanged + self.returned + self.corrected


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """A product's exchanges in a month, and what of it (or of earlier months) came back."""

    product_id: UUID
    name: str
    pack: str
    quantity: int
    points: int
    returned_quantity: int
    returned_points: int


def stock_of_month(community_id: UUID, first: date, last: date) -> list[StockLine]:
    """Every product that lay there or moved, by name."""
    before = case((StockMovement.business_on < first, StockMovement.delta), else_=0)
    during = case((StockMovement.business_on >= first, StockMovement.delta), else_=0)
    rows = db.session.execute(
        select(StockMovement.product_id, StockMovement.kind, func.sum(before), func.sum(during))
        .where(StockMovement.community_id == community_id, StockMovement.business_on <= last)
        .group_by(StockMovement.product_id, StockMovement.kind)
    )
    opening: dict[UUID, int] = {}
    moved: dict[UUID, dict[str, int]] = {}
    for product_id, kind, earlier, now in rows:
        opening[product_id] = opening.get(product_id, 0) + int(earlier)
        moved.setdefault(product_id, {})[kind] = int(now)
    lines = [
        _stock_line(product, opening[product.id], moved[product.id])
        for product in _products(community_id, opening)
    ]
    return [line for line in lines if line.opening or any(moved[line.product_id].values())]


def exchanges_of_month(community_id: UUID, first: date, last: date) -> list[ExchangeLine]:
    """Every product that was exchanged or given back, by name."""
    out = _exchanged(community_id, first, last)
    back = _returned(community_id, first, last)
    return [
        ExchangeLine(
            product.id,
            product.name,
            product.pack,
            *out.get(product.id, (0, 0)),
            *back.get(product.id, (0, 0)),
        )
        for product in _products(community_id, out.keys() | back.keys())
    ]


def _stock_line(product: Product, opening: int, moved: dict[str, int]) -> StockLine:
    sent = moved.get("transfer", 0)
    return StockLine(
        product.id,
        product.name,
        product.pack,
        product.price_points,
        opening,
        sum(moved.get(kind, 0) for kind in _ARRIVALS) + max(0, sent),
        -moved.get("order", 0) - moved.get("issue", 0),
        moved.get("refund", 0),
        moved.get("waste", 0) + moved.get("count", 0) + min(0, sent),
    )


def _products(community_id: UUID, ids: Iterable[UUID]) -> Sequence[Product]:
    wanted = set(ids)
    found = db.session.scalars(
        select(Product)
        .where(Product.community_id == community_id)
        .order_by(Product.name, Product.pack, Product.id)
    )
    return [product for product in found if product.id in wanted]


def _exchanged(community_id: UUID, first: date, last: date) -> dict[UUID, tuple[int, int]]:
    rows = db.session.execute(
        select(OrderLine.product_id, func.sum(OrderLine.quantity), func.sum(OrderLine.total_points))
        .join(
            Order, (Order.community_id == OrderLine.community_id) & (Order.id == OrderLine.order_id)
        )
        .where(
            OrderLine.community_id == community_id,
            Order.business_on >= first,
            Order.business_on <= last,
        )
        .group_by(OrderLine.product_id)
    )
    return {product_id: (int(units), int(points)) for product_id, units, points in rows}


def _returned(community_id: UUID, first: date, last: date) -> dict[UUID, tuple[int, int]]:
    rows = db.session.execute(
        select(OrderLine.product_id, func.sum(RefundLine.quantity), func.sum(RefundLine.points))
        .join(
            OrderLine,
            (OrderLine.community_id == RefundLine.community_id)
            & (OrderLine.id == RefundLine.order_line_id),
        )
        .join(
            Refund,
            (Refund.community_id == RefundLine.community_id) & (Refund.id == RefundLine.refund_id),
        )
        .where(
            RefundLine.community_id == community_id,
            Refund.business_on >= first,
            Refund.business_on <= last,
        )
        .group_by(OrderLine.product_id)
    )
    return {product_id: (int(units), int(points)) for product_id, units, points in rows}
