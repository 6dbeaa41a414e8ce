"""The exchange at the counter: members' codes, goods, points, receipts; one, or several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import Trace, note_all
from pointsvc.checkin.codes import MemberCode
from pointsvc.checkin.errors import CodeSpent
from pointsvc.checkin.spent_codes import Spent, return_codes, spend_codes
from pointsvc.earning.limits import Allowances, open_allowances
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.numbers import take_numbers
from pointsvc.kernel.outbox import Message
from pointsvc.kernel.prepared import posting
from pointsvc.kernel.request_id import current_request_id
from pointsvc.ledger.service import Purses, open_purses
from pointsvc.members.errors import NotActive
from pointsvc.members.telling import leave_messages
from pointsvc.shop.errors import ProductClosed
from pointsvc.shop.models import LineLimit, Order, OrderLine
from pointsvc.shop.queries.card_days import card_days_of, pin_limits_of
from pointsvc.shop.rules import (
    PinState,
    WantedLine,
    decide_marked,
    decide_pin,
    decide_points,
    decide_server,
)
from pointsvc.shop.service.allowances import claims_of, counted_rows
from pointsvc.shop.service.baskets import (
    Basket,
    Exchange,
    Seen,
    basket_of,
    line_row,
    look,
    order_row,
)
from pointsvc.shop.service.markdowns import end_spent
from pointsvc.shop.service.stock import plan_out
from pointsvc.shop.shelf import Moving, Shelf, open_shelf

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
class _Locked:
    """What decides under its lock: codes, limits, passbooks, goods; what cards paid today."""

    spent: Spent
    allowances: Allowances
    purses: Purses
    shelf: Shelf
    card_points: dict[UUID, int]


def place_order(
    *,
    community_id: UUID,
    shop_id: UUID,
    code: MemberCode,
    lines: Sequence[WantedLine],
    pin: PinState,
    keeper_id: UUID,
    now: datetime,
) -> OrderReceipt:
    """One exchange.

    Raises:
        NotFound, AmountRefused; every refusal that `place_orders` gives back.
    """
    asked = Exchange(shop_id, keeper_id, code, lines, pin, None, current_request_id())
    [answer] = place_orders(community_id=community_id, wanted=[asked], now=now)
    if isinstance(answer, Conflict):
        raise answer
    return answer


def place_orders(
    *, community_id: UUID, wanted: Sequence[Exchange], now: datetime
) -> list[OrderReceipt | Conflict]:
    """Exchange points for goods: limits, payment, stock, receipt number; each whole or not at all.

    Of a member one at a time. Lines of one product are one line. Each pays the price version in
    force, from the wallets that expire first; the goods leave first expired first out, in the order
    of `wanted`. A changing code is spent by paying, if it was not when the visit began. What is
    refused has written nothing, and its refusal is the answer: CodeSpent, NotActive, OwnOrder,
    ProductClosed, PinRequired, PinWrong, PinUnset, LimitReached, UnitsLimitReached,
    PointsLimitReached, BalanceTooLow, InsufficientPoints, MarkdownExceeds, OutOfStock.

    Locks: codes, limits, passbooks, products by id, receipt counter (docs/ledger.md §3).

    Raises:
        NotFound: a product is not this shop's. AmountRefused.
    """
    assert len({each.code.member_id for each in wanted}) == len(wanted), "a member twice"
    seen = look(community_id, wanted, now)
    baskets = [basket_of(seen, each) for each in wanted]
    answers: dict[UUID, OrderReceipt | Conflict] = {}
    open_ones = _sift(baskets, answers, lambda basket: _check_seen(seen, basket))
    if open_ones:
        locked = _lock(seen, open_ones)
        done = _sift(open_ones, answers, lambda basket: _decide(seen, locked, basket))
        _return_codes(seen, locked, [each for each in open_ones if each.id in answers])
        if done:
            with posting():
                answers |= _write(seen, locked, done)
            lines = (line for basket in done for line in basket.lines)
            lowered = {line.product.id for line in lines if line.product.marked_batch_id}
            end_spent(community_id, lowered, now)
    return [answers[basket.id] for basket in baskets]


def _sift(
    baskets: Iterable[Basket],
    answers: dict[UUID, OrderReceipt | Conflict],
    check: Callable[[Basket], None],
) -> list[Basket]:
    """Those that pass; the refusals of the others go among the answers."""
    passed = []
    for basket in baskets:
        try:
            check(basket)
        except Conflict as refusal:
            answers[basket.id] = refusal
        else:
            passed.append(basket)
    return passed


def _check_seen(seen: Seen, basket: Basket) -> None:
    """What needs no lock; the card's day is looked at again under one."""
    keeper_id = basket.asked.keeper_id
    decide_server(
        server={keeper_id, seen.holders[keeper_id]}, served={basket.member_id, basket.holder_id}
    )
    for line in basket.lines:
        if line.product.closed_at is not None:
            raise ProductClosed(product_id=str(line.product.id))
    _check_pin(seen, basket, 0)
    if basket.member_id not in seen.active:
        raise NotActive


def _check_pin(seen: Seen, basket: Basket, paid_today: int) -> None:
    """The card's day is counted in the community's zone; what came back of it does not count."""
    decide_pin(
        proof=basket.asked.code.proof,
        total_points=basket.total,
        paid_today=paid_today,
        limits=pin_limits_of(seen.community),
        pin=basket.asked.pin,
    )


def _lock(seen: Seen, baskets: Sequence[Basket]) -> _Locked:
    """In the one order of locks."""
    community_id = seen.community.id
    members = {basket.member_id for basket in baskets}
    cards = {basket.member_id for basket in baskets if basket.asked.code.proof == "card"}
    spends = [(basket.asked.code, basket.spent_on_id) for basket in baskets]
    wishes = [claim.wish for basket in baskets for claim in claims_of(seen.limits, basket)]
    return _Locked(
        spend_codes(community_id=community_id, wanted=spends),
        open_allowances(community_id=community_id, wishes=wishes),
        open_purses(community_id=community_id, member_ids=members, business_on=seen.today),
        open_shelf(
            community_id=community_id,
            product_ids={line.product.id for basket in baskets for line in basket.lines},
        ),
        card_days_of(seen.community, cards, seen.today),
    )


def _decide(seen: Seen, locked: _Locked, basket: Basket) -> None:
    """Refuse, or take what it wants of the limits and from the shelf."""
    _check_pin(seen, basket, locked.card_points.get(basket.member_id, 0))
    if not locked.spent.holds_for(basket.asked.code, basket.spent_on_id):
        raise CodeSpent
    claims = claims_of(seen.limits, basket)
    for claim in claims:
        claim.check(locked.allowances)
    usable = locked.purses.usable(basket.member_id)
    minimum = seen.community.settings.exchange_minimum_points
    decide_points(usable=usable, total_points=basket.total, minimum=minimum)
    for line in basket.lines:
        if (marked := line.product.marked_batch_id) is not None:
            batches = locked.shelf.batches_of(line.product.id)
            decide_marked(batches, WantedLine(line.product.id, line.quantity), marked, seen.today)
    plan_out(locked.shelf, basket.goods, Moving(basket.asked.keeper_id, seen.now, seen.today))
    for claim in claims:
        locked.allowances.take(claim.wish, claim.wish.amount)


def _return_codes(seen: Seen, locked: _Locked, refused: Sequence[Basket]) -> None:
    """A changing code that a refused exchange spent just now pays the next one."""
    codes = [basket.asked.code for basket in refused]
    keys = {(code.number, code.step) for code in codes if code.step is not None}
    return_codes(community_id=seen.community.id, keys=keys & locked.spent.new)


def _write(
    seen: Seen, locked: _Locked, done: Sequence[Basket]
) -> dict[UUID, OrderReceipt | Conflict]:
    """What was decided, table by table."""
    community_id = seen.community.id
    locked.allowances.store()
    locked.purses.pay([basket.payment for basket in done], reason=PAYMENT, now=seen.now)
    locked.shelf.write()
    numbers = take_numbers(community_id=community_id, name=RECEIPTS, count=len(done))
    receipts = [
        OrderReceipt(basket.id, number, basket.total, locked.purses.usable(basket.member_id))
        for basket, number in zip(done, numbers, strict=True)
    ]
    numbered = list(zip(done, receipts, strict=True))
    insert_rows(Order, [order_row(seen, basket, told.receipt_no) for basket, told in numbered])
    insert_rows(OrderLine, [line_row(seen, basket, ln) for basket in done for ln in basket.lines])
    claims = [claim for basket in done for claim in claims_of(seen.limits, basket)]
    insert_rows(LineLimit, counted_rows(community_id, claims))
    note_all(community_id=community_id, traces=[_trace(*each) for each in numbered], now=seen.now)
    leave_messages(
        community_id=community_id, messages=[_message(*each) for each in numbered], now=seen.now
    )
    return {receipt.order_id: receipt for receipt in receipts}


def _trace(basket: Basket, receipt: OrderReceipt) -> Trace:
    return Trace(
        Actor("member", basket.asked.keeper_id),
        "shop.order_placed",
        basket.id,
        basket.asked.request_id,
        {
            "receipt_no": receipt.receipt_no,
            "points": receipt.total_points,
            "proof": basket.asked.code.proof,
            "member_id": str(basket.member_id),
        },
    )


def _message(basket: Basket, receipt: OrderReceipt) -> Message:
    """To the member whose points were spent."""
    facts = {
        "receipt_no": receipt.receipt_no,
        "points": receipt.total_points,
        "order_id": str(basket.id),
        "balance_points": receipt.balance_points,
    }
    return Message(basket.member_id, "shop.order_placed", facts)
