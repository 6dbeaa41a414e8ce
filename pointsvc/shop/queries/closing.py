"""A shop's day, added up to be signed: what went out, what came back, by goods and by keeper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from pointsvc.extensions import db
from pointsvc.shop.models import Order, OrderLine, Product, Refund, RefundLine
from pointsvc.shop.queries.orders import DayFacts, day_of_shop


@dataclass(frozen=True, slots=True)
class GoodsOfDay:
    """A product's day: units and points out, and back."""

    name: str
    out: int
    out_points: int
    back: int
    back_points: int


@dataclass(frozen=True, slots=True)
class KeepersDay:
    """What one keeper handed out."""

    keeper_id: UUID
    orders: int
    points: int


@dataclass(frozen=True, slots=True)
class Closing:
    """The sheet. Receipts run from `first_no` to `last_no`, both None on a day without any."""

    day: DayFacts
    first_no: int | None
    last_no: int | None
    goods: tuple[GoodsOfDay, ...]
    keepers: tuple[KeepersDay, ...]


def closing_of(community_id: UUID, shop_id: UUID, day: date) -> Closing:
    """The day's sheet, from the rows themselves."""
    here = (Order.community_id == community_id, Order.shop_id == shop_id)
    numbers = select(func.min(Order.receipt_no), func.max(Order.receipt_no))
    first_no, last_no = db.session.execute(numbers.where(*here, Order.business_on == day)).one()
    keepers = db.session.execute(
        select(Order.keeper_id, func.count(), func.sum(Order.total_points))
        .where(*here, Order.business_on == day)
        .group_by(Order.keeper_id)
    )
    return Closing(
        day_of_shop(community_id, shop_id, day),
        first_no,
        last_no,
        _goods(community_id, shop_id, day),
        tuple(KeepersDay(row[0], int(row[1]), int(row[2])) for row in keepers),
    )


def _goods(community_id: UUID, shop_id: UUID, day: date) -> tuple[GoodsOfDay, ...]:
    out = _sums(_lines_out(community_id, shop_id, day))
    back = _sums(_lines_back(community_id, shop_id, day))
    ids = out.keys() | back.keys()
    labels = {
        row.id: f"{row.name} {row.pack}".strip()
        for row in db.session.execute(
            select(Product.id, Product.name, Product.pack).where(
                Product.community_id == community_id, Product.id.in_(ids)
            )
        )
    }
    rows = [GoodsOfDay(labels[key], *out.get(key, (0, 0)), *back.get(key, (0, 0))) for key in ids]
    return tuple(sorted(rows, key=lambda row: row.name))


def _lines_out(community_id: UUID, shop_id: UUID, day: date) -> Select[*tuple[Any, ...]]:
    line = OrderLine
    return (
        select(line.product_id, func.sum(line.quantity), func.sum(line.total_points))
        .join(Order, (Order.community_id == line.community_id) & (Order.id == line.order_id))
        .where(
            line.community_id == community_id,
            Order.shop_id == shop_id,
            Order.business_on == day,
        )
        .group_by(line.product_id)
    )


def _lines_back(community_id: UUID, shop_id: UUID, day: date) -> Select[*tuple[Any, ...]]:
    line, back = OrderLine, RefundLine
    return (
        select(line.product_id, func.sum(back.quantity), func.sum(back.points))
        .join(back, (back.community_id == line.community_id) & (back.order_line_id == line.id))
        .join(Refund, (Refund.community_id == back.community_id) & (Refund.id == back.refund_id))
        .join(Order, (Order.community_id == line.community_id) & (Order.id == line.order_id))
        .where(
            line.community_id == community_id,
            Order.shop_id == shop_id,
            Refund.business_on == day,
        )
        .group_by(line.product_id)
    )


def _sums(wanted: Select[*tuple[Any, ...]]) -> dict[UUID, tuple[int, int]]:
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(wanted)}
