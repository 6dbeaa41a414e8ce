"""Goods given back: points, stock and allowance return, with a second person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.checkin.codes import MemberCode
from pointsvc.communities.queries import get_community
from pointsvc.earning.limits import Wish, give_back
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.ledger import service as ledger
from pointsvc.members.queries import holders_of
from pointsvc.members.telling import leave_message
from pointsvc.shop.errors import AmountRefused, RefundExceeds
from pointsvc.shop.models import (
    LineLimit,
    Order,
    OrderLine,
    Refund,
    RefundLine,
    StockMovement,
)
from pointsvc.shop.queries.proxies import collected_by
from pointsvc.shop.queries.reservations import kept_for
from pointsvc.shop.rules import PinState, TotpState, decide_server, limit_subject
from pointsvc.shop.service.allowances import wishes_back
from pointsvc.shop.service.approvals import approve
from pointsvc.shop.service.stock import BackLine, put_back
from pointsvc.shop.shelf import Moving

RECEIPTS: Final = "shop.refund"
REFUND: Final = "shop.refund"


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """So many units of an order line come back."""

    order_line_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """What a refund gave back, and what the member can spend now."""

    refund_id: UUID
    receipt_no: int
    total_points: int
    balance_points: int


@dataclass(frozen=True, slots=True)
class Persons:
    """Who takes back, and who agreed (L15)."""

    keeper_id: UUID
    approver_id: UUID


@dataclass(frozen=True, slots=True)
class _Back:
    id: UUID
    line: OrderLine
    quantity: int

    @property
    def points(self) -> int:
        return self.quantity * self.line.price_points


@dataclass(frozen=True, slots=True)
class _Refunding:
    order: Order
    id: UUID
    number: int
    reason: str
    moving: Moving


def refund_order(
    *,
    community_id: UUID,
    order_id: UUID,
    lines: Sequence[ReturnedLine],
    reason: str,
    approver: MemberCode,
    approver_pin: PinState,
    approver_totp: TotpState = "absent",
    keeper_id: UUID,
    now: datetime,
) -> RefundReceipt:
    """Take goods back: the price paid, to the wallets it came from; stock; the month's allowance.

    The approver is a supervisor of another household than keeper, member and who collected for them,
    present with a code
    (a changing one is spent, a printed card needs its PIN). Goods go to their batches, past their
    date to waste; the allowance of the order's own month has room again (docs/ledger.md §6).

    Locks: code, order, limits, passbook, products by id, receipt counter.

    Raises:
        NotFound: the order or a line of it. AmountRefused: no line, or a quantity below 1.
        OwnOrder, and what `approve` raises;
        RefundExceeds: more than is left of a line (by constraint as well, L12).
    """
    order = lock_order(community_id, order_id)
    refund_id = new_id()
    check_server(order, keeper_id)
    collectors = collected_by(community_id, [order_id])
    approver_id = approve(
        community_id=community_id,
        approver=approver,
        pin=approver_pin,
        totp=approver_totp,
        on_id=refund_id,
        others={keeper_id, order.member_id, order.holder_id, *collectors.values()},
        now=now,
    )
    persons = Persons(keeper_id, approver_id)
    receipt = carry_out(order, refund_id, lines, reason=reason, persons=persons, now=now)
    _tell_approver(order, approver_id, receipt, now)
    return receipt


def check_server(order: Order, keeper_id: UUID) -> None:
    """Nobody takes back from themself or their household. Raises OwnOrder."""
    holder_id = holders_of(order.community_id, [keeper_id])[keeper_id]
    decide_server(server={keeper_id, holder_id}, served={order.member_id, order.holder_id})


def carry_out(
    order: Order,
    refund_id: UUID,
    lines: Sequence[ReturnedLine],
    *,
    reason: str,
    persons: Persons,
    now: datetime,
) -> RefundReceipt:
    """Give back what a second person agreed to; the order is locked.

    Raises:
        NotFound, AmountRefused, RefundExceeds.
    """
    community = get_community(order.community_id)
    on = local_day(now, community.zone)
    moving = Moving(persons.keeper_id, now, on, persons.approver_id)
    backs = _count_returned(order, lines)
    _give_allowance_back(order, backs)
    facts = _Refunding(order, refund_id, _next_number(order), reason, moving)
    balance = _give_points_back(facts, backs, community.settings.regrant_grace_days)
    wasted = _put_back(facts, backs)
    receipt = _record(facts, backs, wasted, balance)
    _tell(facts, receipt)
    return receipt


def lock_order(community_id: UUID, order_id: UUID) -> Order:
    """The order, locked. Raises NotFound."""
    order = db.session.scalars(
        select(Order)
        .where(Order.community_id == community_id, Order.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if order is None:
        raise NotFound
    return order


def _next_number(order: Order) -> int:
    """The refund's number within its order, whose row is locked; unique by constraint as well."""
    mine = (Refund.community_id == order.community_id, Refund.order_id == order.id)
    count = db.session.scalar(select(func.count()).select_from(Refund).where(*mine)) or 0
    return count + 1


def _count_returned(order: Order, lines: Sequence[ReturnedLine]) -> list[_Back]:
    """Count the units as refunded, each line guarded: never more than were handed out."""
    sums: dict[UUID, int] = {}
    for line in lines:
        if type(line.quantity) is not int or line.quantity < 1:
            raise AmountRefused
        sums[line.order_line_id] = sums.get(line.order_line_id, 0) + line.quantity
    if not sums:
        raise AmountRefused
    known = {line.id: line for line in _lines_of(order)}
    if not sums.keys() <= known.keys():
        raise NotFound
    for line_id, quantity in sums.items():
        counted = db.session.execute(
            update(OrderLine)
            .where(
                OrderLine.community_id == order.community_id,
                OrderLine.id == line_id,
                OrderLine.refunded + quantity <= OrderLine.quantity,
            )
            .values(refunded=OrderLine.refunded + quantity)
            .execution_options(synchronize_session=False)
        )
        if not counted.rowcount:  # type: ignore[attr-defined]
            raise RefundExceeds(order_line_id=str(line_id))
    return [_Back(new_id(), line, sums[line.id]) for line in known.values() if line.id in sums]


def _lines_of(order: Order) -> Sequence[OrderLine]:
    wanted = select(OrderLine).where(
        OrderLine.community_id == order.community_id, OrderLine.order_id == order.id
    )
    return db.session.scalars(wanted.order_by(OrderLine.number)).all()


def _give_allowance_back(order: Order, backs: Iterable[_Back]) -> None:
    kept = kept_for(order.community_id, order.id)
    taken_on = kept.reserved_on if kept is not None else order.business_on
    wishes = [
        Wish(
            subject=limit_subject(back.line.product_id),
            holder_id=order.holder_id,
            on=taken_on,
            amount=back.quantity,
        )
        for back in backs
        if back.line.limit_taken is not None
    ]
    returned = [(back.line.id, back.quantity, back.points) for back in backs]
    wishes += wishes_back(order.community_id, LineLimit.order_line_id, returned)
    if wishes:
        give_back(community_id=order.community_id, wishes=wishes)


def _give_points_back(facts: _Refunding, backs: Sequence[_Back], grace_days: int) -> int:
    order, moving = facts.order, facts.moving
    assert moving.moved_by_id is not None, "a refund has a keeper"
    assert moving.approved_by_id is not None, "a refund has a second person"
    balance = 0
    for back in backs:
        balance = ledger.refund(
            community_id=order.community_id,
            member_id=order.member_id,
            line_id=back.line.id,
            number=facts.number,
            points=back.points,
            reason=REFUND,
            recorded_by_id=moving.moved_by_id,
            approved_by_id=moving.approved_by_id,
            now=moving.at,
            business_on=moving.business_on,
            grace_days=grace_days,
        )
    return balance


def _put_back(facts: _Refunding, backs: Sequence[_Back]) -> dict[UUID, int]:
    community_id = facts.order.community_id
    out = _out_of_batches(community_id, [back.line.id for back in backs])
    return put_back(
        community_id=community_id,
        lines=[
            BackLine(back.id, back.line.product_id, out[back.line.id], back.quantity)
            for back in backs
        ],
        reason=facts.reason,
        moving=facts.moving,
    )


def _out_of_batches(
    community_id: UUID, line_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[UUID, int]]]:
    """Per order line: what is still out of each batch, in the order in which it was picked."""
    sums: dict[UUID, dict[UUID, int]] = {line_id: {} for line_id in line_ids}
    gone = select(StockMovement.source_id, StockMovement.batch_id, StockMovement.delta).where(
        StockMovement.community_id == community_id,
        StockMovement.source_type == "order_line",
        StockMovement.source_id.in_(line_ids),
    )
    back = (
        select(RefundLine.order_line_id, StockMovement.batch_id, StockMovement.delta)
        .join(
            StockMovement,
            (StockMovement.community_id == RefundLine.community_id)
            & (StockMovement.source_type == "refund_line")
            & (StockMovement.source_id == RefundLine.id),
        )
        .where(
            RefundLine.community_id == community_id,
            RefundLine.order_line_id.in_(line_ids),
            StockMovement.kind == "refund",
        )
    )
    for query in (gone.order_by(StockMovement.id), back):
        for line_id, batch_id, delta in db.session.execute(query):
            of_line = sums[line_id]
            of_line[batch_id] = of_line.get(batch_id, 0) - delta
    return {line_id: list(units.items()) for line_id, units in sums.items()}


def _record(
    facts: _Refunding, backs: Sequence[_Back], wasted: dict[UUID, int], balance: int
) -> RefundReceipt:
    order, moving = facts.order, facts.moving
    [receipt_no] = take_numbers(community_id=order.community_id, name=RECEIPTS)
    total = sum(back.points for back in backs)
    row = {
        "community_id": order.community_id,
        "id": facts.id,
        "order_id": order.id,
        "number": facts.number,
        "receipt_no": receipt_no,
        "keeper_id": moving.moved_by_id,
        "approver_id": moving.approved_by_id,
        "reason": facts.reason,
        "total_points": total,
        "refunded_at": moving.at,
        "business_on": moving.business_on,
    }
    db.session.execute(insert(Refund), [row])
    rows = [_row(order.community_id, facts.id, back, wasted[back.id]) for back in backs]
    db.session.execute(insert(RefundLine), rows)
    return RefundReceipt(facts.id, receipt_no, total, balance)


def _row(community_id: UUID, refund_id: UUID, back: _Back, wasted: int) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "id": back.id,
        "refund_id": refund_id,
        "order_line_id": back.line.id,
        "quantity": back.quantity,
        "points": back.points,
        "wasted": wasted,
    }


def _tell(facts: _Refunding, receipt: RefundReceipt) -> None:
    """Leave the audit event with both persons, and the message to the member."""
    order, moving = facts.order, facts.moving
    told = {"receipt_no": receipt.receipt_no, "points": receipt.total_points}
    note(
        community_id=order.community_id,
        actor=Actor("member", moving.moved_by_id),
        action="shop.order_refunded",
        subject_id=order.id,
        now=moving.at,
        detail=told
        | {"refund_id": str(receipt.refund_id), "approved_by": str(moving.approved_by_id)},
    )
    leave_message(
        community_id=order.community_id,
        recipient_id=order.member_id,
        topic="shop.order_refunded",
        payload=told | {"order_id": str(order.id), "balance_points": receipt.balance_points},
        now=moving.at,
    )


def _tell_approver(order: Order, approver_id: UUID, receipt: RefundReceipt, now: datetime) -> None:
    """Whose code was shown hears of it: somebody else may have shown it."""
    leave_message(
        community_id=order.community_id,
        recipient_id=approver_id,
        topic="shop.refund_approved",
        payload={"receipt_no": order.receipt_no, "points": receipt.total_points},
        now=now,
    )
