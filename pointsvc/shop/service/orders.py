"""The exchange at the counter: a member's code, goods, points, a receipt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.checkin.codes import MemberCode, spend_code
from pointsvc.communities.queries import get_community
from pointsvc.earning.limits import Wish, take_allowances, used_of
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.ledger import errors as books
from pointsvc.ledger.service import PaymentLine, pay
from pointsvc.members.errors import NotActive
from pointsvc.members.queries import active_ids, holders_of
from pointsvc.members.telling import leave_message
from pointsvc.shop.errors import InsufficientPoints, LimitReached, ProductClosed
from pointsvc.shop.models import Order, OrderLine, Product
from pointsvc.shop.queries.orders import card_points_of
from pointsvc.shop.rules import (
    PinLimits,
    PinState,
    WantedLine,
    decide_pin,
    decide_server,
    limit_subject,
    merge_lines,
    total_for,
)
from pointsvc.shop.service.stock import OutLine, take_out
from pointsvc.shop.shelf import Moving

RECEIPTS: Final = "shop.order"
PAYMENT: Final = "shop.order"


@dataclass(frozen=True, slots=True)
class OrderReceipt:
    """What the counter gave: the order, its number, and what the member can still spend."""

    order_id: UUID
    receipt_no: int
    total_points: int
    balance_points: int


@dataclass(frozen=True, slots=True)
class _Priced:
    id: UUID
    price_points: int
    price_version: int
    limit: int | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    number: int
    product: _Priced
    quantity: int

    @property
    def points(self) -> int:
        return self.quantity * self.product.price_points


@dataclass(frozen=True, slots=True)
class _Counter:
    """Who stands at the counter, with which code, served by whom."""

    community_id: UUID
    shop_id: UUID
    order_id: UUID
    code: MemberCode
    holder_id: UUID
    moving: Moving
    pin: PinState
    pin_limits: PinLimits
    visit_id: UUID | None


def place_order(
    *,
    community_id: UUID,
    shop_id: UUID,
    code: MemberCode,
    lines: Sequence[WantedLine],
    pin: PinState,
    keeper_id: UUID,
    now: datetime,
    visit_id: UUID | None = None,
) -> OrderReceipt:
    """Exchange points for goods: limits, payment, stock, receipt number; all of it or nothing.

    Lines of one product are one line. Each pays the price version in force, from the wallets that
    expire first; the goods leave first expired first. A changing code is spent by paying, if it was
    not when the visit began. `pin` is what the door found out about the PIN (it is checked there,
    outside the transaction).

    Locks: code, limits, passbook, products by id, receipt counter (docs/ledger.md §3).

    Raises:
        NotFound: a product is not this shop's. AmountRefused. CodeSpent. NotActive. OwnOrder,
        ProductClosed, PinRequired, PinWrong, LimitReached, InsufficientPoints, OutOfStock.
    """
    wanted = merge_lines(lines)
    member_id = code.member_id
    holders = holders_of(community_id, [keeper_id, member_id])
    decide_server(server={keeper_id, holders[keeper_id]}, served={member_id, holders[member_id]})
    priced = _priced(community_id, shop_id, {line.product_id for line in wanted})
    order_lines = [
        _Line(new_id(), number, priced[line.product_id], line.quantity)
        for number, line in enumerate(wanted, start=1)
    ]
    total = total_for((line.quantity, line.product.price_points) for line in order_lines)
    community = get_community(community_id)
    counter = _Counter(
        community_id=community_id,
        shop_id=shop_id,
        order_id=new_id(),
        code=code,
        holder_id=holders[member_id],
        moving=Moving(keeper_id, now, local_day(now, community.zone)),
        pin=pin,
        pin_limits=PinLimits(
            community.settings.pin_above_points, community.settings.pin_day_points
        ),
        visit_id=visit_id,
    )
    _check_pin(counter, total)
    if not active_ids(community_id, [member_id]):
        raise NotActive
    return _exchange(counter, order_lines, total)


def _exchange(counter: _Counter, lines: Sequence[_Line], total: int) -> OrderReceipt:
    """What is decided is done, in the one order of locks."""
    community_id = counter.community_id
    spent_on_id = counter.visit_id or counter.order_id
    spend_code(community_id=community_id, code=counter.code, on_id=spent_on_id)
    _take_limits(counter, lines)
    balance = _pay(counter, lines)
    _check_pin(counter, total)  # again, now that the passbook's lock lets no other till in between
    take_out(
        community_id=community_id,
        lines=[OutLine(line.id, line.product.id, line.quantity) for line in lines],
        moving=counter.moving,
    )
    [receipt_no] = take_numbers(community_id=community_id, name=RECEIPTS)
    db.session.execute(insert(Order), [_order_row(counter, receipt_no, total)])
    db.session.execute(insert(OrderLine), [_line_row(counter, line) for line in lines])
    receipt = OrderReceipt(counter.order_id, receipt_no, total, balance)
    _tell(counter, receipt)
    return receipt


def _check_pin(counter: _Counter, total: int) -> None:
    """The card's day is counted in the community's zone; what came back of it does not count."""
    day = counter.moving.business_on
    is_card = counter.code.proof == "card"
    member_id = counter.code.member_id
    decide_pin(
        proof=counter.code.proof,
        total_points=total,
        paid_today=card_points_of(counter.community_id, member_id, day) if is_card else 0,
        limits=counter.pin_limits,
        pin=counter.pin,
    )


def _priced(
    community_id: UUID, shop_id: UUID, product_ids: Collection[UUID]
) -> Mapping[UUID, _Priced]:
    rows = db.session.execute(
        select(
            Product.id,
            Product.price_points,
            Product.price_version,
            Product.limit_household_month,
            Product.closed_at,
        ).where(
            Product.community_id == community_id,
            Product.shop_id == shop_id,
            Product.id.in_(product_ids),
        )
    )
    priced = {row.id: _Priced(*row) for row in rows}
    if len(priced) != len(product_ids):
        raise NotFound
    for product in priced.values():
        if product.closed_at is not None:
            raise ProductClosed(product_id=str(product.id))
    return priced


def _take_limits(counter: _Counter, lines: Sequence[_Line]) -> None:
    """Take the household's allowance of the month, whole lines only (S3)."""
    limited = [line for line in lines if line.product.limit is not None]
    wishes = [
        Wish(
            subject=limit_subject(line.product.id),
            holder_id=counter.holder_id,
            on=counter.moving.business_on,
            amount=line.quantity,
            month_cap=line.product.limit,
        )
        for line in limited
    ]
    taken = take_allowances(community_id=counter.community_id, wishes=wishes, whole=True)
    for line, wish, got in zip(limited, wishes, taken, strict=True):
        if got < wish.amount:
            raise LimitReached(
                product_id=str(line.product.id),
                limit=wish.month_cap,
                left=_left(counter.community_id, wish),
            )


def _left(community_id: UUID, wish: Wish) -> int:
    used = used_of(community_id=community_id, wishes=[wish])
    return max(0, (wish.month_cap or 0) - used.get((wish.subject, wish.holder_id, "month"), 0))


def _pay(counter: _Counter, lines: Sequence[_Line]) -> int:
    try:
        return pay(
            community_id=counter.community_id,
            member_id=counter.code.member_id,
            lines=[PaymentLine(line.id, line.points) for line in lines],
            reason=PAYMENT,
            recorded_by_id=counter.moving.moved_by_id,
            now=counter.moving.at,
            business_on=counter.moving.business_on,
        )
    except books.InsufficientPoints as refusal:
        raise InsufficientPoints(**refusal.context) from refusal


def _order_row(counter: _Counter, receipt_no: int, total: int) -> dict[str, object]:
    return {
        "community_id": counter.community_id,
        "id": counter.order_id,
        "receipt_no": receipt_no,
        "shop_id": counter.shop_id,
        "member_id": counter.code.member_id,
        "holder_id": counter.holder_id,
        "keeper_id": counter.moving.moved_by_id,
        "proof": counter.code.proof,
        "total_points": total,
        "placed_at": counter.moving.at,
        "business_on": counter.moving.business_on,
    }


def _line_row(counter: _Counter, line: _Line) -> dict[str, object]:
    return {
        "community_id": counter.community_id,
        "id": line.id,
        "order_id": counter.order_id,
        "number": line.number,
        "product_id": line.product.id,
        "quantity": line.quantity,
        "price_points": line.product.price_points,
        "price_version": line.product.price_version,
        "total_points": line.points,
        "limit_taken": line.quantity if line.product.limit is not None else None,
        "refunded": 0,
    }


def _tell(counter: _Counter, receipt: OrderReceipt) -> None:
    """Leave the audit event, and the message to the member whose points were spent."""
    facts = {"receipt_no": receipt.receipt_no, "points": receipt.total_points}
    member_id = counter.code.member_id
    note(
        community_id=counter.community_id,
        actor=Actor("member", counter.moving.moved_by_id),
        action="shop.order_placed",
        subject_id=receipt.order_id,
        now=counter.moving.at,
        detail=facts | {"proof": counter.code.proof, "member_id": str(member_id)},
    )
    leave_message(
        community_id=counter.community_id,
        recipient_id=member_id,
        topic="shop.order_placed",
        payload=facts
        | {"order_id": str(receipt.order_id), "balance_points": receipt.balance_points},
        now=counter.moving.at,
    )
