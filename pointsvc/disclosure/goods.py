"""The shop's month: what lay on the shelves, came and went, and what was exchanged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)

from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of
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
    """Every product that lay there or moved, by name.

    It reads what moved since `first`, and goes back from what lies there now.
    """
    rows = fetch(_moves(), community_id=community_id, first=first, last=last)
    lines = [_stock_line(list(moves)) for _id, moves in groupby(rows, lambda row: row.id)]
    return [line for line in lines if line is not None]


def exchanges_of_month(community_id: UUID, first: date, last: date) -> list[ExchangeLine]:
    """Every product that was exchanged or given back, by name."""
    rows = fetch(_exchanged_or_returned(), community_id=community_id, first=first, last=last)
    return [ExchangeLine(row.id, row.name, row.pack, *map(int, row[3:])) for row in rows]


def _stock_line(moves: list[Found]) -> StockLine | None:
    """Of the rows of one product; None where it neither lay there nor moved."""
    product = moves[0]
    moved = {row.kind: int(row.during) for row in moves if row.kind}
    during, after = sum(moved.values()), sum(int(row.after or 0) for row in moves)
    opening = product.on_hand - during - after
    if not opening and not any(moved.values()):
        return None
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


@prepared
def _moves(_among: Among) -> Select[*tuple[Any, ...]]:
    """Each product with what moved of it since the month began, by kind: in the month, and after."""
    move, product = table_of(StockMovement).c, table_of(Product).c
    is_after = move.business_on > bindparam("last")
    moved = (
        select(
            move.product_id,
            move.kind,
            func.sum(case((is_after, 0), else_=move.delta)).label("during"),
            func.sum(case((is_after, move.delta), else_=0)).label("after"),
        )
        .where(
            move.community_id == bindparam("community_id"),
            move.business_on >= bindparam("first"),
        )
        .group_by(move.product_id, move.kind)
        .subquery()
    )
    return (
        select(
            product.id,
            product.name,
            product.pack,
            product.price_points,
            product.on_hand,
            moved.c.kind,
            moved.c.during,
            moved.c.after,
        )
        .select_from(table_of(Product).outerjoin(moved, moved.c.product_id == product.id))
        .where(product.community_id == bindparam("community_id"))
        .order_by(product.name, product.pack, product.id)
    )


@prepared
def _exchanged_or_returned(_among: Among) -> Select[*tuple[Any, ...]]:
    product = table_of(Product)
    both = union_all(_exchanged(), _returned()).subquery()
    sums = (
        func.sum(both.c[name]).label(name) for name in ("units", "points", "back", "back_points")
    )
    return (
        select(product.c.id, product.c.name, product.c.pack, *sums)
        .select_from(both.join(product, product.c.id == both.c.product_id))
        .where(product.c.community_id == bindparam("community_id"))
        .group_by(product.c.id, product.c.name, product.c.pack)
        .order_by(product.c.name, product.c.pack, product.c.id)
    )


def _exchanged() -> Select[*tuple[Any, ...]]:
    line, order = table_of(OrderLine), table_of(Order)
    of_order = and_(order.c.community_id == line.c.community_id, order.c.id == line.c.order_id)
    return (
        select(
            line.c.product_id,
            line.c.quantity.label("units"),
            line.c.total_points.label("points"),
            literal(0).label("back"),
            literal(0).label("back_points"),
        )
        .select_from(line.join(order, of_order))
        .where(line.c.community_id == bindparam("community_id"), *_in_month(order.c.business_on))
    )


def _returned() -> Select[*tuple[Any, ...]]:
    back, line, refund = table_of(RefundLine), table_of(OrderLine), table_of(Refund)
    of_line = and_(line.c.community_id == back.c.community_id, line.c.id == back.c.order_line_id)
    of_refund = and_(refund.c.community_id == back.c.community_id, refund.c.id == back.c.refund_id)
    return (
        select(line.c.product_id, literal(0), literal(0), back.c.quantity, back.c.points)
        .select_from(back.join(line, of_line).join(refund, of_refund))
        .where(back.c.community_id == bindparam("community_id"), *_in_month(refund.c.business_on))
    )


def _in_month(day: ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    return day >= bindparam("first"), day <= bindparam("last")
