"""Reading exchanges and refunds: a receipt, a member's list, the counter's day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_id, seal_cursor
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.shop.models import Order, OrderLine, Product, Refund, RefundLine

_COLUMNS: Final = (  # of `OrderFacts`, in its order
    *(Order.id, Order.receipt_no, Order.shop_id, Order.member_id, Order.keeper_id),
    *(Order.proof, Order.total_points, Order.placed_at, Order.business_on),
)


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A product in an order, at the price paid; `refunded` of `quantity` came back."""

    id: UUID
    product_id: UUID
    name: str
    pack: str
    quantity: int
    price_points: int
    total_points: int
    refunded: int


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An exchange with its lines; `refunded_points` is what came back of it."""

    id: UUID
    receipt_no: int
    shop_id: UUID
    member_id: UUID
    keeper_id: UUID
    proof: str
    total_points: int
    placed_at: datetime
    business_on: date
    lines: tuple[PaidLine, ...]

    @property
    def refunded_points(self) -> int:
        """Σ refunded units x the price paid."""
        return sum(line.refunded * line.price_points for line in self.lines)

    @property
    def can_be_refunded(self) -> bool:
        """Whether something of it has not come back yet."""
        return any(line.refunded < line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class BackLine:
    """Units of an order line that a refund took back, and how many of them went to waste."""

    order_line_id: UUID
    name: str
    pack: str
    quantity: int
    points: int
    wasted: int


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """A refund with both persons."""

    id: UUID
    order_id: UUID
    order_receipt_no: int
    receipt_no: int
    shop_id: UUID
    member_id: UUID
    keeper_id: UUID
    approver_id: UUID
    reason: str
    total_points: int
    refunded_at: datetime
    lines: tuple[BackLine, ...]


@dataclass(frozen=True, slots=True)
class DayFacts:
    """A shop's day at a glance: what went out, and what came back that day."""

    orders: int
    points: int
    refunds: int
    refunded_points: int


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are wanted: of a day; with a receipt number, or of one of some members."""

    on: date | None = None
    receipt_no: int | None = None
    member_ids: Sequence[UUID] | None = None


def get_order(community_id: UUID, order_id: UUID) -> OrderFacts:
    """The order. Raises NotFound."""
    found = orders_by_id(community_id, [order_id])
    if not found:
        raise NotFound
    return found[order_id]


def orders_by_id(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, OrderFacts]:
    """These orders, by id; absent ones are missing."""
    if not ids:
        return {}
    rows = fetch(_by_id(), community_id=community_id, ids=list(ids))
    return {order.id: order for order in _with_lines(community_id, rows)}


@prepared
def _by_id(among: Among) -> Select[*tuple[Any, ...]]:
    return _of_community().where(among(table_of(Order).c.id, "ids"))


def orders_since(
    community_id: UUID, member_ids: Collection[UUID], since: datetime
) -> dict[UUID, list[OrderFacts]]:
    """What each of these members exchanged since then, newest first."""
    given = {"community_id": community_id, "member_ids": list(member_ids), "since": since}
    orders: dict[UUID, list[OrderFacts]] = {member_id: [] for member_id in member_ids}
    for order in _with_lines(community_id, fetch(_since(), **given)):
        orders[order.member_id].append(order)
    return orders


@prepared
def _since(among: Among) -> Select[*tuple[Any, ...]]:
    order = table_of(Order).c
    wanted = among(order.member_id, "member_ids") & (order.placed_at >= bindparam("since"))
    return _of_community().where(wanted).order_by(order.id.desc())


def page_of_orders(
    community_id: UUID, shop_id: UUID, wanted: OrderFilter, *, after: str | None = None
) -> Page[OrderFacts]:
    """What a shop handed out, newest first.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    orders = _orders(community_id).where(Order.shop_id == shop_id)
    if wanted.on is not None:
        orders = orders.where(Order.business_on == wanted.on)
    fits = []
    if wanted.receipt_no is not None:
        fits.append(Order.receipt_no == wanted.receipt_no)
    if wanted.member_ids is not None:
        fits.append(Order.member_id.in_(wanted.member_ids))
    if fits:
        orders = orders.where(or_(*fits))
    return _page(community_id, orders, after)


def find_last_order(
    community_id: UUID, shop_id: UUID, keeper_id: UUID, today: date
) -> OrderFacts | None:
    """The keeper's last exchange of the day, for the undo button."""
    wanted = _orders(community_id).where(
        Order.shop_id == shop_id, Order.keeper_id == keeper_id, Order.business_on == today
    )
    rows = db.session.execute(wanted.order_by(Order.id.desc()).limit(1)).all()
    found = _with_lines(community_id, rows)
    return found[0] if found else None


def card_points_of(community_id: UUID, member_ids: Collection[UUID], day: date) -> dict[UUID, int]:
    """What the printed cards of these members paid that day, less what came back of it."""
    found = fetch(_card_points(), community_id=community_id, member_ids=list(member_ids), day=day)
    return dict.fromkeys(member_ids, 0) | {row[0]: int(row[1]) for row in found}


@prepared
def _card_points(among: Among) -> Select[*tuple[Any, ...]]:
    order, line = table_of(Order).c, table_of(OrderLine).c
    left = (line.quantity - line.refunded) * line.price_points
    return (
        select(order.member_id, func.sum(left))
        .join(
            table_of(OrderLine),
            and_(order.community_id == line.community_id, order.id == line.order_id),
        )
        .where(
            order.community_id == bindparam("community_id"),
            among(order.member_id, "member_ids"),
            order.business_on == bindparam("day"),
            order.proof == "card",
        )
        .group_by(order.member_id)
    )


def day_of_shop(community_id: UUID, shop_id: UUID, day: date) -> DayFacts:
    """How many exchanges for how many points, and how many refunds."""
    out = select(func.count(), func.coalesce(func.sum(Order.total_points), 0)).where(
        Order.community_id == community_id, Order.shop_id == shop_id, Order.business_on == day
    )
    back = (
        select(func.count(), func.coalesce(func.sum(Refund.total_points), 0))
        .join(Order, (Order.community_id == Refund.community_id) & (Order.id == Refund.order_id))
        .where(
            Refund.community_id == community_id,
            Order.shop_id == shop_id,
            Refund.business_on == day,
        )
    )
    numbers = [int(each) for query in (out, back) for each in db.session.execute(query).one()]
    return DayFacts(*numbers)


def get_refund(community_id: UUID, refund_id: UUID) -> RefundFacts:
    """The refund. Raises NotFound."""
    found = _refunds_with_lines(community_id, _refunds(community_id).where(Refund.id == refund_id))
    if not found:
        raise NotFound
    return found[0]


def page_of_refunds(community_id: UUID, *, after: str | None = None) -> Page[RefundFacts]:
    """All refunds, newest first (for the supervisor).

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    wanted = _refunds(community_id)
    if after is not None:
        wanted = wanted.where(Refund.id < open_id(after))
    ordered = wanted.order_by(Refund.id.desc()).limit(PAGE_LENGTH + 1)
    found = _refunds_with_lines(community_id, ordered)
    more = len(found) > PAGE_LENGTH
    return Page(found[:PAGE_LENGTH], seal_cursor(found[PAGE_LENGTH - 1].id) if more else None)


def refunds_of_order(community_id: UUID, order_id: UUID) -> list[RefundFacts]:
    """The refunds of one order, oldest first."""
    wanted = _refunds(community_id).where(Refund.order_id == order_id).order_by(Refund.number)
    return _refunds_with_lines(community_id, wanted.limit(PAGE_LENGTH))


def _page(
    community_id: UUID, wanted: Select[*tuple[Any, ...]], after: str | None
) -> Page[OrderFacts]:
    if after is not None:
        wanted = wanted.where(Order.id < open_id(after))
    ordered = wanted.order_by(Order.id.desc()).limit(PAGE_LENGTH + 1)
    found = _with_lines(community_id, db.session.execute(ordered).all())
    more = len(found) > PAGE_LENGTH
    return Page(found[:PAGE_LENGTH], seal_cursor(found[PAGE_LENGTH - 1].id) if more else None)


def _orders(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(Order.community_id == community_id)


def _of_community() -> Select[*tuple[Any, ...]]:
    order = table_of(Order).c
    columns = (order[each.key] for each in _COLUMNS)
    return select(*columns).where(order.community_id == bindparam("community_id"))


def _with_lines(community_id: UUID, rows: Sequence[Any]) -> list[OrderFacts]:
    lines = _lines_of(community_id, [row.id for row in rows])
    return [OrderFacts(**row._asdict(), lines=tuple(lines.get(row.id, ()))) for row in rows]


def _lines_of(community_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[PaidLine]]:
    lines: dict[UUID, list[PaidLine]] = {}
    if not ids:
        return lines
    for row in fetch(_lines(), community_id=community_id, order_ids=ids):
        values: list[Any] = list(row)
        lines.setdefault(values[0], []).append(PaidLine(*values[1:]))
    return lines


@prepared
def _lines(among: Among) -> Select[*tuple[Any, ...]]:
    lines, products = table_of(OrderLine), table_of(Product)
    line, product = lines.c, products.c
    is_its = (product.community_id == line.community_id) & (product.id == line.product_id)
    return (
        select(
            *(line.order_id, line.id, line.product_id, product.name, product.pack),
            *(line.quantity, line.price_points, line.total_points, line.refunded),
        )
        .select_from(lines.join(products, is_its))
        .where(line.community_id == bindparam("community_id"), among(line.order_id, "order_ids"))
        .order_by(line.order_id, line.number)
    )


def _refunds(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Refund.id,
            Refund.order_id,
            Order.receipt_no.label("order_receipt_no"),
            Refund.receipt_no,
            Order.shop_id,
            Order.member_id,
            Refund.keeper_id,
            Refund.approver_id,
            Refund.reason,
            Refund.total_points,
            Refund.refunded_at,
        )
        .join(Order, (Order.community_id == Refund.community_id) & (Order.id == Refund.order_id))
        .where(Refund.community_id == community_id)
    )


def _refunds_with_lines(community_id: UUID, wanted: Select[*tuple[Any, ...]]) -> list[RefundFacts]:
    rows: Sequence[Any] = db.session.execute(wanted).all()
    lines = _refund_lines_of(community_id, [row.id for row in rows])
    return [RefundFacts(**row._asdict(), lines=tuple(lines.get(row.id, ()))) for row in rows]


def _refund_lines_of(community_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[BackLine]]:
    lines: dict[UUID, list[BackLine]] = {}
    rows = db.session.execute(
        select(
            RefundLine.refund_id,
            RefundLine.order_line_id,
            Product.name,
            Product.pack,
            RefundLine.quantity,
            RefundLine.points,
            RefundLine.wasted,
        )
        .join(
            OrderLine,
            (OrderLine.community_id == RefundLine.community_id)
            & (OrderLine.id == RefundLine.order_line_id),
        )
        .join(
            Product,
            (Product.community_id == OrderLine.community_id) & (Product.id == OrderLine.product_id),
        )
        .where(RefundLine.community_id == community_id, RefundLine.refund_id.in_(ids))
        .order_by(RefundLine.refund_id, OrderLine.number)
    )
    for row in rows:
        values: list[Any] = list(row)
        lines.setdefault(values[0], []).append(BackLine(*values[1:]))
    return lines
