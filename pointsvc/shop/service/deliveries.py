"""送货上门: what is carried to the door, signed for there, or brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note as leave_note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.members.queries import get_member
from pointsvc.members.telling import leave_message
from pointsvc.shop.errors import DeliveryEnded, DeliveryKnown, NoDoor, RefundExceeds
from pointsvc.shop.models import HomeDelivery, Order, OrderLine
from pointsvc.shop.service.refunds import ReturnedLine, check_server, lock_order
from pointsvc.shop.service.requests import Asked, ask_return, carry_again, withdraw_return

ReceivedBy = Literal["self", "family", "neighbour"]
TOLD: Final[dict[ReceivedBy, str]] = {
    "self": "shop.delivered_self",
    "family": "shop.delivered_family",
    "neighbour": "shop.delivered_neighbour",
}


def send_home(
    *,
    community_id: UUID,
    delivery_id: UUID,
    order_id: UUID,
    note: str | None,
    keeper_id: UUID,
    now: datetime,
) -> None:
    """Put an exchange on the list of what is carried to the door.

    Raises:
        NotFound. OwnOrder. DeliveryKnown. NoDoor. RefundExceeds: nothing of it is out any more.
    """
    order = lock_order(community_id, order_id)
    check_server(order, keeper_id)
    known = select(HomeDelivery.id).where(
        HomeDelivery.community_id == community_id, HomeDelivery.order_id == order_id
    )
    if db.session.scalar(known) is not None:
        raise DeliveryKnown
    if get_member(community_id, order.member_id).door is None:
        raise NoDoor
    if not _still_out(order):
        raise RefundExceeds
    db.session.add(
        HomeDelivery(
            community_id=community_id,
            id=delivery_id,
            order_id=order.id,
            shop_id=order.shop_id,
            member_id=order.member_id,
            note=note or None,
            asked_by_id=keeper_id,
            asked_at=now,
            business_on=local_day(now, get_community(community_id).zone),
            state="waiting",
        )
    )
    db.session.flush()
    _note(order, "shop.delivery_asked", keeper_id, now)


def hand_over(
    *,
    community_id: UUID,
    delivery_id: UUID,
    received_by: ReceivedBy,
    keeper_id: UUID,
    now: datetime,
) -> None:
    """It was signed for at the door; the member is told who signed.

    Raises:
        NotFound. OwnOrder. DeliveryEnded.
    """
    order, delivery = _lock(community_id, delivery_id, keeper_id)
    delivery.state, delivery.received_by = "delivered", received_by
    delivery.ended_by_id, delivery.ended_at = keeper_id, now
    db.session.flush()
    _note(order, "shop.delivery_signed", keeper_id, now)
    leave_message(
        community_id=community_id,
        recipient_id=order.member_id,
        topic=TOLD[received_by],
        payload={"receipt_no": order.receipt_no},
        now=now,
    )


def bring_back(
    *, community_id: UUID, delivery_id: UUID, reason: str, keeper_id: UUID, now: datetime
) -> UUID:
    """Nobody was there, or it was not wanted: a supervisor is asked to give the points back.

    Returns the request's id.

    Raises:
        NotFound. OwnOrder. DeliveryEnded. RequestWaiting. RefundExceeds: all came back already.
    """
    order, delivery = _lock(community_id, delivery_id, keeper_id)
    lines = [ReturnedLine(line.id, rest) for line, rest in _still_out(order)]
    if not lines:
        raise RefundExceeds
    asked = Asked(new_id(), "undelivered", order.id, lines, reason)
    request_id = ask_return(community_id=community_id, asked=asked, keeper_id=keeper_id, now=now)
    delivery.state, delivery.request_id = "returned", request_id
    delivery.ended_by_id, delivery.ended_at = keeper_id, now
    db.session.flush()
    _note(order, "shop.delivery_returned", keeper_id, now)
    return request_id


def withdraw(*, community_id: UUID, request_id: UUID, keeper_id: UUID, now: datetime) -> None:
    """Take a request back. What was brought back is to be carried again: its points are still paid.

    Raises:
        What `withdraw_return` raises.
    """
    withdraw_return(community_id=community_id, request_id=request_id, keeper_id=keeper_id, now=now)
    carry_again(community_id, request_id)


def _lock(community_id: UUID, delivery_id: UUID, keeper_id: UUID) -> tuple[Order, HomeDelivery]:
    """The order's lock guards its delivery. Raises NotFound, OwnOrder, DeliveryEnded."""
    found = db.session.get(HomeDelivery, (community_id, delivery_id))
    if found is None:
        raise NotFound
    order = lock_order(community_id, found.order_id)
    db.session.refresh(found)
    check_server(order, keeper_id)
    if found.state != "waiting":
        raise DeliveryEnded
    return order, found


def _still_out(order: Order) -> list[tuple[OrderLine, int]]:
    lines = db.session.scalars(
        select(OrderLine)
        .where(OrderLine.community_id == order.community_id, OrderLine.order_id == order.id)
        .order_by(OrderLine.number)
        .execution_options(populate_existing=True)
    )
    return [
        (line, line.quantity - line.refunded) for line in lines if line.quantity > line.refunded
    ]


def _note(order: Order, action: str, keeper_id: UUID, now: datetime) -> None:
    leave_note(
        community_id=order.community_id,
        actor=Actor("member", keeper_id),
        action=action,
        subject_id=order.id,
        now=now,
        detail={"receipt_no": order.receipt_no, "member_id": str(order.member_id)},
    )
