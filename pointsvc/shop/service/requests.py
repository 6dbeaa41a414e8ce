"""Taking an exchange back: a keeper asks, a supervisor agrees by their own sign-in, or does not.

Nothing of the supervisor passes through the keeper's hands: a code that they showed for their own
shopping approves nothing. Locks: the order first, whoever asks or decides; then the refund's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import Caller
from pointsvc.members.asking import end, households_of
from pointsvc.members.telling import leave_message
from pointsvc.shop.errors import (
    AmountRefused,
    RefundExceeds,
    RequestWaiting,
    VoidTooLate,
)
from pointsvc.shop.models import HomeDelivery, Order, OrderLine, ShopRequest, ShopRequestLine
from pointsvc.shop.queries.orders import OrderFacts
from pointsvc.shop.queries.proxies import collected_by
from pointsvc.shop.service.asking import (
    check_answer,
    check_own_device,
    check_taken_back,
    tell_supervisors,
)
from pointsvc.shop.service.refunds import (
    Persons,
    RefundReceipt,
    ReturnedLine,
    carry_out,
    check_server,
    lock_order,
)

Kind = Literal["void", "refund", "undelivered"]
VOID_WITHIN: Final = timedelta(minutes=10)
LIVES: Final[dict[str, timedelta]] = {
    "void": timedelta(minutes=30),
    "refund": timedelta(hours=24),
    "undelivered": timedelta(hours=72),
}
ANSWERS: Final[dict[str, str]] = {
    "approved": "shop.return_approved",
    "declined": "shop.return_declined",
    "expired": "shop.return_expired",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a keeper wants to take back; `id` is made by the page, so that a second tap is the first."""

    id: UUID
    kind: Kind
    order_id: UUID
    lines: Sequence[ReturnedLine]
    reason: str


def ask_return(*, community_id: UUID, asked: Asked, keeper_id: UUID, now: datetime) -> UUID:
    """Ask a supervisor to let goods come back; nothing moves yet. The same id again changes nothing.

    A void takes all lines of an exchange of the last minutes. Every supervisor who may decide is told.

    Raises:
        NotFound. OwnOrder. AmountRefused, RefundExceeds: the lines. VoidTooLate.
        RequestWaiting: one waits for this exchange already.
    """
    order = lock_order(community_id, asked.order_id)
    check_server(order, keeper_id)
    if (known := db.session.get(ShopRequest, (community_id, asked.id))) is not None:
        if (known.order_id, known.asked_by_id) != (order.id, keeper_id):
            raise NotFound
        return known.id
    _end_what_is_over(order, now)
    wanted = _wanted(order, asked, now)
    db.session.add(
        ShopRequest(
            community_id=community_id,
            id=asked.id,
            order_id=order.id,
            member_id=order.member_id,
            kind=asked.kind,
            reason=asked.reason,
            asked_by_id=keeper_id,
            asked_at=now,
            expires_at=now + LIVES[asked.kind],
            state="asked",
        )
    )
    db.session.flush()
    for line_id, quantity in wanted.items():
        line = ShopRequestLine(
            community_id=community_id,
            id=new_id(),
            request_id=asked.id,
            order_line_id=line_id,
            quantity=quantity,
        )
        db.session.add(line)
    db.session.flush()
    _note(order, "shop.return_asked", keeper_id, now)
    facts = {"receipt_no": order.receipt_no, "who_id": str(keeper_id)}
    near = _near(order, keeper_id)
    tell_supervisors(community_id, near, "shop.return_asked", facts, now)
    return asked.id


def _end_what_is_over(order: Order, now: datetime) -> None:
    """What nobody decided in time makes room. Raises RequestWaiting."""
    for waiting in db.session.scalars(
        select(ShopRequest).where(
            ShopRequest.community_id == order.community_id,
            ShopRequest.order_id == order.id,
            ShopRequest.state == "asked",
        )
    ):
        if waiting.expires_at > now:
            raise RequestWaiting
        end(waiting, "expired", now)
        carry_again(order.community_id, waiting.id)


def is_young(placed_at: datetime, now: datetime) -> bool:
    """Whether an exchange is of the last minutes, in which it can be undone whole."""
    return now - placed_at <= VOID_WITHIN


def may_be_voided(order: OrderFacts, now: datetime) -> bool:
    """Whether the counter offers to undo it whole."""
    return is_young(order.placed_at, now) and not order.refunded_points


def _wanted(order: Order, asked: Asked, now: datetime) -> dict[UUID, int]:
    """Units by order line, no more than are still out."""
    lines = db.session.scalars(
        select(OrderLine)
        .where(OrderLine.community_id == order.community_id, OrderLine.order_id == order.id)
        .execution_options(populate_existing=True)
    ).all()
    rest = {line.id: line.quantity - line.refunded for line in lines}
    if asked.kind == "void":
        if not is_young(order.placed_at, now) or any(line.refunded for line in lines):
            raise VoidTooLate(minutes=VOID_WITHIN.seconds // 60)
        return rest
    wanted: dict[UUID, int] = {}
    for line in asked.lines:
        if type(line.quantity) is not int or line.quantity < 1:
            raise AmountRefused
        wanted[line.order_line_id] = wanted.get(line.order_line_id, 0) + line.quantity
    if not wanted:
        raise AmountRefused
    if not wanted.keys() <= rest.keys():
        raise NotFound
    for line_id, quantity in wanted.items():
        if quantity > rest[line_id]:
            raise RefundExceeds(order_line_id=str(line_id))
    return wanted


def decide_return(
    *,
    community_id: UUID,
    caller: Caller,
    request_id: UUID,
    approve: bool,
    answer: str | None,
    now: datetime,
) -> RefundReceipt | None:
    """Agree, and the goods, points and allowance come back at once; or decline, with the reason.

    Raises:
        NotFound. RequestEnded. ApproverNotAllowed: no supervisor, or the keeper, the member, or of
        their households. OwnPhoneNeeded: signed in at a till. WayInRemade. RefundExceeds.
    """
    person_id = check_own_device(caller)
    order, asked = _lock(community_id, request_id)
    near = _near(order, asked.asked_by_id)
    check_answer(
        asked, community_id=community_id, person_id=person_id, near=near, approve=approve, now=now
    )
    receipt = None
    if approve:
        refund_id = new_id()
        persons = Persons(asked.asked_by_id, person_id)
        lines = _lines_of(asked)
        receipt = carry_out(order, refund_id, lines, reason=asked.reason, persons=persons, now=now)
        asked.refund_id = refund_id
    end(asked, "approved" if approve else "declined", now, by_id=person_id, answer=answer)
    if not approve:
        carry_again(community_id, request_id)
    _note(order, ANSWERS[asked.state], person_id, now)
    _tell_keeper(order, asked, now)
    return receipt


def expire_return(*, community_id: UUID, request_id: UUID, now: datetime) -> bool:
    """End what nobody decided in time; whether it was this. What was to be delivered goes out again.

    Safe to repeat, in parallel and after a crash: a request ends once.
    """
    order, asked = _lock(community_id, request_id)
    if asked.state != "asked" or asked.expires_at > now:
        return False
    end(asked, "expired", now)
    carry_again(community_id, request_id)
    _tell_keeper(order, asked, now)
    return True


def carry_again(community_id: UUID, request_id: UUID) -> None:
    """What was brought back and is not refunded goes on the list once more: its points are paid."""
    db.session.execute(
        update(HomeDelivery)
        .where(HomeDelivery.community_id == community_id, HomeDelivery.request_id == request_id)
        .values(state="waiting", request_id=None, ended_by_id=None, ended_at=None)
        .execution_options(synchronize_session=False)
    )


def withdraw_return(
    *, community_id: UUID, request_id: UUID, keeper_id: UUID, now: datetime
) -> None:
    """Who asked takes it back before anybody decided.

    Raises:
        NotFound. Forbidden: another keeper's. RequestEnded.
    """
    order, asked = _lock(community_id, request_id)
    check_taken_back(asked, keeper_id)
    end(asked, "withdrawn", now)
    _note(order, "shop.return_withdrawn", keeper_id, now)


def _lock(community_id: UUID, request_id: UUID) -> tuple[Order, ShopRequest]:
    """The order's lock guards its requests too. Raises NotFound."""
    found = db.session.get(ShopRequest, (community_id, request_id))
    if found is None:
        raise NotFound
    order = lock_order(community_id, found.order_id)
    db.session.refresh(found)
    return order, found


def _near(order: Order, keeper_id: UUID) -> set[UUID]:
    """Who has a hand in it, with their households: keeper, member, whoever collected for them."""
    people = {keeper_id, order.member_id, *collected_by(order.community_id, [order.id]).values()}
    return {order.holder_id, *households_of(order.community_id, people)}


def _lines_of(asked: ShopRequest) -> list[ReturnedLine]:
    rows = db.session.execute(
        select(ShopRequestLine.order_line_id, ShopRequestLine.quantity).where(
            ShopRequestLine.community_id == asked.community_id,
            ShopRequestLine.request_id == asked.id,
        )
    )
    return [ReturnedLine(row.order_line_id, row.quantity) for row in rows]


def _note(order: Order, action: str, person_id: UUID, now: datetime) -> None:
    note(
        community_id=order.community_id,
        actor=Actor("member", person_id),
        action=action,
        subject_id=order.id,
        now=now,
        detail={"receipt_no": order.receipt_no, "member_id": str(order.member_id)},
    )


def _tell_keeper(order: Order, asked: ShopRequest, now: datetime) -> None:
    who = {"who_id": str(asked.decided_by_id)} if asked.decided_by_id else {}
    leave_message(
        community_id=order.community_id,
        recipient_id=asked.asked_by_id,
        topic=ANSWERS[asked.state],
        payload={"receipt_no": order.receipt_no, **who},
        now=now,
    )
