"""Stock: what comes in, what leaves first, what goes to waste, what a count corrects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.shop.errors import (
    AmountRefused,
    ProductClosed,
    ReasonRequired,
    SecondPersonRequired,
    WasteExceeds,
)
from pointsvc.shop.models import Product, StockTake
from pointsvc.shop.rules import (
    POINTS_MAX,
    Pick,
    WantedLine,
    decide_picks,
    decide_returns,
    is_past,
)
from pointsvc.shop.service.markdowns import end_spent
from pointsvc.shop.shelf import Move, Moving, Shelf, open_shelf, open_shelf_of


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods that come in: one batch for each line. `source_id` is the line that brought them."""

    source_id: UUID
    product_id: UUID
    quantity: int
    best_before_on: date | None = None
    restriction: str | None = None
    supplier: str | None = None
    use_by_on: date | None = None


@dataclass(frozen=True, slots=True)
class OutLine:
    """A paid order line: its id, its product, its units."""

    line_id: UUID
    product_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class BackLine:
    """A refund line: what is still out of the batches of its order line, and what comes back."""

    refund_line_id: UUID
    product_id: UUID
    out: Sequence[tuple[UUID, int]]
    quantity: int


def take_in(
    *, community_id: UUID, arrivals: Sequence[Arrival], kind: str, moving: Moving
) -> list[UUID]:
    """Put goods on the shelf, a batch for each arrival; return the batches' ids in that order.

    `kind` is "donation" (source: the donation's line) or "purchase" (source: the purchase itself).
    Goods that are past their date come in too, so that the register is true; they only leave to
    waste (S6).

    Raises:
        NotFound, ProductClosed; AmountRefused: a quantity outside 1 to 1,000,000.
    """
    if any(type(a.quantity) is not int or not 1 <= a.quantity <= POINTS_MAX for a in arrivals):
        raise AmountRefused
    products = {arrival.product_id for arrival in arrivals}
    _refuse_closed(community_id, products)
    shelf = open_shelf(community_id=community_id, product_ids=products)
    rows = [_batch_row(arrival, kind, moving) for arrival in arrivals]
    shelf.add_batches(rows)
    shelf.move(
        [
            Move(
                row["id"], arrival.quantity, kind, _SOURCES[kind], arrival.source_id, f"in/{place}"
            )
            for place, (row, arrival) in enumerate(zip(rows, arrivals, strict=True))
        ],
        moving,
    )
    return [row["id"] for row in rows]


_SOURCES = {"donation": "donation_line", "purchase": "purchase"}


def _batch_row(arrival: Arrival, kind: str, moving: Moving) -> dict[str, Any]:
    return {
        "id": new_id(),
        "product_id": arrival.product_id,
        "best_before_on": arrival.best_before_on or arrival.use_by_on,
        "use_by_on": arrival.use_by_on,
        "restriction": arrival.restriction,
        "donation_line_id": arrival.source_id if kind == "donation" else None,
        "supplier": arrival.supplier,
        "received_on": moving.business_on,
    }


def plan_out(
    shelf: Shelf, lines: Sequence[OutLine], moving: Moving, *, for_whom_it_is_kept: bool = False
) -> None:
    """Take paid goods off the locked shelf: first expired, first out, a movement for each batch (S4, S6).

    Lines are of different products. What is kept for others stays, unless one of them comes for it.
    `shelf.write` makes it last.

    Raises:
        OutOfStock: of a product fewer units may leave than are wanted; nothing is moved.
    """
    moves: list[Move] = []
    for line in lines:
        wanted = WantedLine(line.product_id, line.quantity)
        reserved = 0 if for_whom_it_is_kept else shelf.reserved[line.product_id]
        batches = shelf.batches_of(line.product_id)
        picks = decide_picks(batches, wanted, moving.business_on, reserved)
        moves.extend(
            Move(pick.batch.id, -pick.quantity, "order", "order_line", line.line_id, f"out/{leg}")
            for leg, pick in enumerate(picks)
        )
    shelf.plan(moves, moving)


def put_back(
    *, community_id: UUID, lines: Sequence[BackLine], reason: str, moving: Moving
) -> dict[UUID, int]:
    """Take goods back to the batches they came from, the last picked first.

    What is past its date by now goes on to waste at once, as a movement of its own, so that it can
    never be sold again (docs/ledger.md §6).

    Returns:
        For each refund line how many of its units went to waste.

    Raises:
        RefundExceeds: more comes back than is out.
    """
    shelf = open_shelf(
        community_id=community_id,
        product_ids={line.product_id for line in lines},
        batch_ids={batch_id for line in lines for batch_id, _units in line.out},
    )
    moves: list[Move] = []
    wasted: dict[UUID, int] = {}
    for line in lines:
        back, gone = _moves_back(shelf, line, reason, moving.business_on)
        moves.extend(back)
        wasted[line.refund_line_id] = gone
    shelf.move(moves, moving)
    return wasted


def _moves_back(shelf: Shelf, line: BackLine, reason: str, today: date) -> tuple[list[Move], int]:
    out = [Pick(shelf.batches[batch_id], units) for batch_id, units in line.out]
    moves, wasted = [], 0
    source = ("refund_line", line.refund_line_id)
    for leg, back in enumerate(decide_returns(out, line.quantity)):
        moves.append(Move(back.batch.id, back.quantity, "refund", *source, f"back/{leg}"))
        if is_past(back.batch.best_before_on, today):
            effect = f"waste/{leg}"
            moves.append(Move(back.batch.id, -back.quantity, "waste", *source, effect, reason))
            wasted += back.quantity
    return moves, wasted


def write_off(
    *,
    community_id: UUID,
    batch_id: UUID,
    quantity: int,
    reason: str,
    waste_id: UUID,
    moving: Moving,
) -> None:
    """Write units of a batch off (报损), with the reason; `waste_id` makes a second tap no effect.

    What is past its date one person may write off; good stock only with a second one, as a
    write-off on paper bears two signatures.

    Raises:
        NotFound, AmountRefused, WasteExceeds, SecondPersonRequired.
    """
    if type(quantity) is not int or quantity < 1:
        raise AmountRefused
    shelf = open_shelf_of(community_id, batch_id)
    batch = shelf.batches[batch_id]
    if quantity > batch.on_hand:
        raise WasteExceeds(on_hand=batch.on_hand)
    if moving.approved_by_id is None and not is_past(batch.best_before_on, moving.business_on):
        raise SecondPersonRequired
    move = Move(batch_id, -quantity, "waste", "waste", waste_id, "waste", reason)
    shelf.move([move], moving)
    end_spent(community_id, {batch.product_id}, moving.at)
    _note(community_id, "shop.stock_wasted", batch.product_id, -quantity, moving)


def record_count(
    *,
    community_id: UUID,
    batch_id: UUID,
    expected: int,
    counted: int,
    reason: str | None,
    count_id: UUID,
    moving: Moving,
) -> int:
    """Record what a count found; return what is on hand now.

    A count that agrees is one person's; a difference is corrected with a second person and a
    reason. `expected` is what the books said when it was counted: the difference is applied to what is on
    hand now, so that a sale in between stays a sale (docs/ledger.md case 36).

    Raises:
        NotFound; SecondPersonRequired; ReasonRequired; AmountRefused: a count below 0, or a
        difference that would leave less than nothing.
    """
    if type(counted) is not int or not 0 <= counted <= POINTS_MAX:
        raise AmountRefused
    if type(expected) is not int or not 0 <= expected <= POINTS_MAX:
        raise AmountRefused
    delta = counted - expected
    if delta and not reason:
        raise ReasonRequired
    if delta and moving.approved_by_id is None:
        raise SecondPersonRequired
    shelf = open_shelf_of(community_id, batch_id)
    batch = shelf.batches[batch_id]
    if batch.on_hand + delta < 0:
        raise AmountRefused
    take = {"id": count_id, "batch_id": batch_id, "expected": expected, "counted": counted}
    db.session.execute(
        insert(StockTake), [_take_row(community_id, batch.product_id, moving, delta) | take]
    )
    if delta:
        shelf.move([Move(batch_id, delta, "count", "count", count_id, "count", reason)], moving)
        end_spent(community_id, {batch.product_id}, moving.at)
    _note(community_id, "shop.stock_counted", batch.product_id, delta, moving)
    return batch.on_hand + delta


def _take_row(community_id: UUID, product_id: UUID, moving: Moving, delta: int) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "product_id": product_id,
        "counted_by_id": moving.moved_by_id,
        "approved_by_id": moving.approved_by_id if delta else None,
        "counted_at": moving.at,
        "business_on": moving.business_on,
    }


def _refuse_closed(community_id: UUID, product_ids: Collection[UUID]) -> None:
    closed = db.session.scalars(
        select(Product.id).where(
            Product.community_id == community_id,
            Product.id.in_(product_ids),
            Product.closed_at.is_not(None),
        )
    ).first()
    if closed is not None:
        raise ProductClosed(product_id=str(closed))


def _note(community_id: UUID, action: str, product_id: UUID, delta: int, moving: Moving) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", moving.moved_by_id),
        action=action,
        subject_id=product_id,
        now=moving.at,
        detail={"delta": delta, "approved_by": str(moving.approved_by_id or "")},
    )
