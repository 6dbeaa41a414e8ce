"""A wrong invoice is corrected by a row beside it (L3); a supervisor agrees.

Price, units and supplier, its date, its number, and whose money paid. What differs in money and units
counts on the day of the agreement, so that a month that was signed and published stays as it was; another
date moves none. Goods in stock are worth what the invoice says now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.shop.errors import AmountRefused, ReasonRequired
from pointsvc.shop.errors.asking import CorrectionExceeds, InvoiceMoved, NothingCorrected
from pointsvc.shop.models import (
    Batch,
    CorrectedHead,
    CorrectedInvoice,
    CorrectedLine,
    StockRequest,
)
from pointsvc.shop.models.money import FEN_MAX
from pointsvc.shop.queries.descent import offspring_of
from pointsvc.shop.queries.money import (
    PurchaseFacts,
    PurchaseLineFacts,
    get_purchase,
    purchase_lines_of,
)
from pointsvc.shop.rules import POINTS_MAX, check_paper
from pointsvc.shop.service.heads import (
    RightHead,
    asked_head,
    check_payer,
    head_of,
    head_row,
    move_money,
)
from pointsvc.shop.service.markdowns import end_spent
from pointsvc.shop.service.placing import is_known, make_room, place_request
from pointsvc.shop.service.purchases import lock_supplier, refuse_known, supplier_name
from pointsvc.shop.shelf import Move, Moving, open_shelf


@dataclass(frozen=True, slots=True)
class RightLine:
    """A line of an invoice as it should read; the price is the whole line's."""

    line_id: UUID
    quantity: int
    price_fen: int


@dataclass(frozen=True, slots=True)
class RightInvoice:
    """An invoice as it should read; without a `head` that stays as it is.

    `id` is made by the page, so that a second tap is the first.
    """

    id: UUID
    purchase_id: UUID
    supplier_id: UUID
    lines: Sequence[RightLine]
    reason: str
    head: RightHead | None = None


def ask_correction(
    *, community_id: UUID, right: RightInvoice, keeper_id: UUID, now: datetime
) -> UUID:
    """Ask to set an invoice right; nothing changes yet. The same id again changes nothing.

    Raises:
        NotFound. AmountRefused, FutureDate, ReasonRequired, NothingCorrected. InvoiceKnown: that supplier's
        invoice of that number was entered. StockRequestWaiting.
    """
    if is_known(community_id, right.id, right.purchase_id, keeper_id):
        return right.id
    make_room(community_id, StockRequest.purchase_id == right.purchase_id, now)
    purchase = get_purchase(community_id, right.purchase_id)
    lines = purchase_lines_of(community_id, [purchase.id]).get(purchase.id, [])
    changes = _changes(right, lines)
    supplier_name(community_id, right.supplier_id)
    head_was = head_of(purchase)
    head = right.head or head_was
    check_payer(community_id, head_was, head)
    if right.head is not None:
        check_paper("bought_on", head.bought_on, local_day(now, get_community(community_id).zone))
    has_moved = right.supplier_id != purchase.supplier_id
    if not changes and not has_moved and head == head_was:
        raise NothingCorrected
    if has_moved or head.invoice_no != head_was.invoice_no:
        refuse_known(community_id, right.supplier_id, head.invoice_no, but=purchase.id)
    request = StockRequest(shop_id=purchase.shop_id, kind="purchase", purchase_id=purchase.id)
    asked = (community_id, right.id, keeper_id, right.reason)
    place_request(request, asked=asked, facts={"number": purchase.number}, now=now)
    _write(community_id, right, purchase, changes)
    return right.id


def _changes(
    right: RightInvoice, lines: Sequence[PurchaseLineFacts]
) -> list[tuple[PurchaseLineFacts, RightLine]]:
    """The lines that differ: as they read now, and as they should."""
    if not right.reason:
        raise ReasonRequired
    known = {line.id: line for line in lines}
    if len({each.line_id for each in right.lines}) != len(right.lines):
        raise AmountRefused  # two words on one line
    if any(each.line_id not in known for each in right.lines):
        raise NotFound
    for each in right.lines:
        if not 0 <= each.quantity <= POINTS_MAX or not 0 <= each.price_fen <= FEN_MAX:
            raise AmountRefused
    pairs = ((known[each.line_id], each) for each in right.lines)
    changes = [
        (was, now)
        for was, now in pairs
        if (was.quantity, was.price_fen) != (now.quantity, now.price_fen)
    ]
    if sum(line.price_fen for line in lines) + _more(changes) > FEN_MAX:
        raise AmountRefused
    return changes


def _more(changes: Sequence[tuple[PurchaseLineFacts, RightLine]]) -> int:
    return sum(now.price_fen - was.price_fen for was, now in changes)


def _write(
    community_id: UUID,
    right: RightInvoice,
    purchase: PurchaseFacts,
    changes: Sequence[tuple[PurchaseLineFacts, RightLine]],
) -> None:
    invoice_id = new_id()
    row = {
        "community_id": community_id,
        "id": invoice_id,
        "request_id": right.id,
        "purchase_id": purchase.id,
        "supplier_id": right.supplier_id,
        "supplier_was_id": purchase.supplier_id,
        "total_fen": purchase.total_fen + _more(changes),
        "total_was_fen": purchase.total_fen,
    }
    db.session.execute(insert(CorrectedInvoice), [row])
    head_was = head_of(purchase)
    head = head_row(community_id, invoice_id, head_was, right.head or head_was)
    db.session.execute(insert(CorrectedHead), [head])
    rows = [_line_row(community_id, invoice_id, was, now) for was, now in changes]
    if rows:
        db.session.execute(insert(CorrectedLine), rows)


def _line_row(
    community_id: UUID, invoice_id: UUID, was: PurchaseLineFacts, now: RightLine
) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "id": new_id(),
        "invoice_id": invoice_id,
        "line_id": was.id,
        "quantity": now.quantity,
        "quantity_was": was.quantity,
        "price_fen": now.price_fen,
        "price_was_fen": was.price_fen,
    }


def carry_out_correction(asked: StockRequest, moving: Moving) -> None:
    """Move units and money by what differs; the request is locked and about to be approved.

    Locks: the sponsorships, then products by id.

    Raises:
        InvoiceMoved. InvoiceKnown. BudgetExceeded. CorrectionExceeds, GoodsReserved.
    """
    community_id = asked.community_id
    invoice = db.session.scalars(
        select(CorrectedInvoice).where(
            CorrectedInvoice.community_id == community_id,
            CorrectedInvoice.request_id == asked.id,
        )
    ).one()
    purchase = get_purchase(community_id, invoice.purchase_id)
    reads = head_of(purchase)
    head_was, head = asked_head(community_id, invoice.id, reads)
    asked_of = (invoice.supplier_was_id, invoice.total_was_fen, head_was)
    if (purchase.supplier_id, purchase.total_fen, reads) != asked_of:
        raise InvoiceMoved
    if (invoice.supplier_id, head.invoice_no) != (purchase.supplier_id, reads.invoice_no):
        lock_supplier(community_id, invoice.supplier_id)  # entered while this waited
        refuse_known(community_id, invoice.supplier_id, head.invoice_no, but=purchase.id)
    move_money(
        community_id,
        (head_was.sponsorship_id, invoice.total_was_fen),
        (head.sponsorship_id, invoice.total_fen),
    )
    lines = purchase_lines_of(community_id, [purchase.id]).get(purchase.id, [])
    _move_units(asked, invoice, lines, moving)
    if invoice.supplier_id != invoice.supplier_was_id:
        _rename_supplier(community_id, invoice.supplier_id, lines)
    note(
        community_id=community_id,
        actor=Actor("member", asked.asked_by_id),
        action="shop.purchase_corrected",
        subject_id=purchase.id,
        now=moving.at,
        detail={
            "number": purchase.number,
            "before_fen": invoice.total_was_fen,
            "fen": invoice.total_fen,
            "approved_by": str(moving.approved_by_id),
        },
    )


def _move_units(
    asked: StockRequest,
    invoice: CorrectedInvoice,
    lines: Sequence[PurchaseLineFacts],
    moving: Moving,
) -> None:
    rows = db.session.execute(
        select(CorrectedLine.line_id, CorrectedLine.quantity - CorrectedLine.quantity_was).where(
            CorrectedLine.community_id == invoice.community_id,
            CorrectedLine.invoice_id == invoice.id,
        )
    )
    deltas = {row[0]: int(row[1]) for row in rows if row[1]}
    moved = [line for line in lines if line.id in deltas]
    if not moved:
        return
    products = {line.product_id for line in moved}
    shelf = open_shelf(
        community_id=asked.community_id,
        product_ids=products,
        batch_ids={line.batch_id for line in moved},
    )
    for line in moved:
        _check_left(line, shelf.batches[line.batch_id].on_hand, deltas[line.id])
    effect = f"correct/{asked.id}"
    shelf.move(
        [
            Move(
                line.batch_id,
                deltas[line.id],
                "purchase",
                "purchase",
                line.id,
                effect,
                asked.reason,
            )
            for line in moved
        ],
        moving,
    )
    end_spent(asked.community_id, products, moving.at)


def _check_left(line: PurchaseLineFacts, on_hand: int, delta: int) -> None:
    if on_hand + delta < 0:
        least = line.quantity - on_hand
        raise CorrectionExceeds(name=line.product_name, on_hand=on_hand, least=least)


def _rename_supplier(
    community_id: UUID, supplier_id: UUID, lines: Sequence[PurchaseLineFacts]
) -> None:
    """The batches say whose goods they are (食品安全法 art. 53), in other shops too."""
    batches = {line.batch_id for line in lines}
    whole = {*batches, *offspring_of(community_id, batches)}
    db.session.execute(
        update(Batch)
        .where(Batch.community_id == community_id, Batch.id.in_(whole))
        .values(supplier=supplier_name(community_id, supplier_id))
        .execution_options(synchronize_session=False)
    )
