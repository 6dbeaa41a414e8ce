"""Handing kept goods over: a pick-up is an order that reserved points pay, at the prices kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.checkin.codes import MemberCode
from pointsvc.communities.queries import get_place
from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.ledger.service import Ending, end_holds, open_purses
from pointsvc.members.telling import leave_message
from pointsvc.shop.errors import PickupCodeWrong, PickupElsewhere
from pointsvc.shop.models import HoldLimit, LineLimit, Order, OrderLine, Pickup, Reservation
from pointsvc.shop.pickup_codes import hashes_of
from pointsvc.shop.queries.card_days import card_days_of, pin_limits_of
from pointsvc.shop.rules import (
    PinState,
    WantedLine,
    decide_pin,
    decide_server,
    total_for,
)
from pointsvc.shop.service.baskets import Basket, Exchange, Line, Seen, line_row, look, order_row
from pointsvc.shop.service.kept import (
    Part,
    count_ended,
    end_or_go_on,
    find_locked,
    lock_reservation,
    parts_of,
)
from pointsvc.shop.service.markdowns import end_spent
from pointsvc.shop.service.orders import PAYMENT, RECEIPTS, OrderReceipt
from pointsvc.shop.service.stock import plan_out
from pointsvc.shop.shelf import Moving, open_shelf

Proof = Literal["card", "member_code", "typed"]


@dataclass(frozen=True, slots=True)
class Shown:
    """How somebody showed that the goods are theirs: the pick-up code, or the member's own code.

    `proof` is as on orders: digits of a phone are `typed`. `pin` counts for a printed card.
    """

    proof: Proof
    digits: str | None = None
    member_id: UUID | None = None
    pin: PinState = "absent"


def hand_over(
    *,
    community_id: UUID,
    shop_id: UUID,
    reservation_id: UUID | None,
    shown: Shown,
    lines: Sequence[tuple[UUID, int]] | None,
    keeper_id: UUID,
    now: datetime,
) -> OrderReceipt:
    """Hand kept goods over, all or these units of them; the code is used up by it (S5).

    The points were set aside and the allowance taken when it was reserved; the price is that of then.
    What is left keeps waiting under a new code. It counts until the job has ended it, also when it
    is late.

    Locks: reservation, passbook, products by id, receipt counter.

    Raises:
        PickupCodeWrong: no open reservation has the code. NotFound, NotOpen, PickupElsewhere,
        OwnOrder, AmountRefused; PinRequired and its like for a printed card; OutOfStock: what was
        kept went bad meanwhile (S6).
    """
    kept = _found(community_id, reservation_id, shown)
    if kept.shop_id != shop_id:
        raise PickupElsewhere(shop=get_place(community_id, kept.shop_id).name)
    parts = parts_of(kept, lines)
    seen = look(community_id, [_exchange(kept, parts, shown, keeper_id)], now)
    basket = _basket(seen, kept, parts, shown, keeper_id)
    decide_server(
        server={keeper_id, seen.holders[keeper_id]}, served={kept.member_id, kept.holder_id}
    )
    _check_pin(seen, kept, basket, shown)
    _pay(seen, kept, basket, parts)
    receipt = _record(seen, kept, basket, parts)
    count_ended(kept, parts, "picked")
    end_or_go_on(kept, "picked", by_id=keeper_id, reason=None, now=now)
    _tell(seen, kept, basket, receipt)
    return receipt


def _found(community_id: UUID, reservation_id: UUID | None, shown: Shown) -> Reservation:
    """By the code that was shown, or the member's own reservation; locked."""
    if shown.digits is None:
        assert reservation_id is not None, "without a code somebody says which"
        kept = lock_reservation(community_id, reservation_id)
        if kept.member_id != shown.member_id:
            raise PickupCodeWrong
        return kept
    hashes = hashes_of(community_id, shown.digits)
    found = find_locked(community_id, Reservation.code_hash.in_(hashes))
    if found is None or reservation_id not in (None, found.id):
        raise PickupCodeWrong
    return found


def _exchange(kept: Reservation, parts: Sequence[Part], shown: Shown, keeper_id: UUID) -> Exchange:
    lines = [WantedLine(part.hold.product_id, part.quantity) for part in parts]
    code = MemberCode(kept.member_id, shown.proof, 0, None)
    return Exchange(kept.shop_id, keeper_id, code, lines, shown.pin)


def _basket(
    seen: Seen, kept: Reservation, parts: Sequence[Part], shown: Shown, keeper_id: UUID
) -> Basket:
    """As at the counter, with the prices and limits of the moment when it was reserved."""
    lines = []
    for number, part in enumerate(parts, start=1):
        product = replace(
            seen.products[part.hold.product_id],
            price_points=part.hold.price_points,
            price_version=part.hold.price_version,
            limit=part.hold.limit_taken,
        )
        lines.append(Line(new_id(), number, product, part.quantity))
    total = total_for((line.quantity, line.product.price_points) for line in lines)
    asked = _exchange(kept, parts, shown, keeper_id)
    return Basket(new_id(), asked, kept.holder_id, tuple(lines), total)


def _check_pin(seen: Seen, kept: Reservation, basket: Basket, shown: Shown) -> None:
    """What a desk set aside today counts as the day's already: it is not counted twice.

    Read under the passbook's lock, as at the counter: two tills do not both find the day short.
    """
    member_id = basket.member_id
    cards = {member_id} if shown.proof == "card" else set()
    if cards:
        open_purses(community_id=seen.community.id, member_ids=cards, business_on=seen.today)
    day = card_days_of(seen.community, cards, seen.today).get(member_id, 0)
    if kept.booked_by_id not in (None, member_id) and kept.business_on == seen.today:
        day -= basket.total
    decide_pin(
        proof=shown.proof,
        total_points=basket.total,
        paid_today=max(0, day),
        limits=pin_limits_of(seen.community),
        pin=shown.pin,
    )


def _pay(seen: Seen, kept: Reservation, basket: Basket, parts: Sequence[Part]) -> None:
    """Points from `reserved` to the shop, units off the shelf and out of what is kept."""
    community_id, keeper_id = seen.community.id, basket.asked.keeper_id
    purses = open_purses(
        community_id=community_id, member_ids=[kept.member_id], business_on=seen.today
    )
    shelf = open_shelf(
        community_id=community_id, product_ids={part.hold.product_id for part in parts}
    )
    endings = [
        Ending(kept.member_id, part.hold.id, part.points, kept.turn, line.id, keeper_id)
        for part, line in zip(parts, basket.lines, strict=True)
    ]
    grace = seen.community.settings.regrant_grace_days
    end_holds(purses=purses, endings=endings, reason=PAYMENT, now=seen.now, grace_days=grace)
    for part in parts:
        shelf.hold(part.hold.product_id, -part.quantity)
    plan_out(shelf, basket.goods, Moving(keeper_id, seen.now, seen.today), for_whom_it_is_kept=True)
    shelf.write()
    end_spent(community_id, {part.hold.product_id for part in parts}, seen.now)


def _count_on(community_id: UUID, basket: Basket, parts: Sequence[Part]) -> None:
    """What was kept goes on counting in the same windows, as what it has become."""
    lines = {part.hold.id: line.id for part, line in zip(parts, basket.lines, strict=True)}
    counted = select(
        HoldLimit.hold_id, HoldLimit.limit_id, HoldLimit.holder_id, HoldLimit.window_on
    ).where(HoldLimit.community_id == community_id, HoldLimit.hold_id.in_(lines))
    rows = [row._asdict() for row in db.session.execute(counted)]
    same = {"community_id": community_id}
    insert_rows(
        LineLimit,
        [same | {"id": new_id(), "order_line_id": lines[row.pop("hold_id")]} | row for row in rows],
    )


def _record(seen: Seen, kept: Reservation, basket: Basket, parts: Sequence[Part]) -> OrderReceipt:
    community_id = seen.community.id
    [number] = take_numbers(community_id=community_id, name=RECEIPTS)
    insert_rows(Order, [order_row(seen, basket, number)])
    insert_rows(OrderLine, [line_row(seen, basket, line) for line in basket.lines])
    _count_on(community_id, basket, parts)
    row = {
        "community_id": community_id,
        "id": new_id(),
        "order_id": basket.id,
        "reservation_id": kept.id,
        "turn": kept.turn,
    }
    insert_rows(Pickup, [row])
    purses = open_purses(
        community_id=community_id, member_ids=[kept.member_id], business_on=seen.today
    )
    return OrderReceipt(basket.id, number, basket.total, purses.usable(kept.member_id))


def _tell(seen: Seen, kept: Reservation, basket: Basket, receipt: OrderReceipt) -> None:
    told = {"receipt_no": receipt.receipt_no, "points": receipt.total_points}
    note(
        community_id=seen.community.id,
        actor=Actor("member", basket.asked.keeper_id),
        action="shop.goods_picked_up",
        subject_id=basket.id,
        now=seen.now,
        detail=told
        | {
            "number": kept.reservation_no,
            "proof": basket.asked.code.proof,
            "member_id": str(kept.member_id),
        },
    )
    leave_message(
        community_id=seen.community.id,
        recipient_id=kept.member_id,
        topic="shop.goods_picked_up",
        payload=told | {"order_id": str(basket.id), "number": kept.reservation_no},
        now=seen.now,
    )
