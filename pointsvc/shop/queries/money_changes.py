"""What corrections of invoices changed of what was spent, on the days on which they were agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from pointsvc.extensions import db
from pointsvc.shop.models import CorrectedHead, CorrectedInvoice, Purchase, StockRequest, Supplier


@dataclass(frozen=True, slots=True)
class MoneyChange:
    """By how many fen a correction changed what one payer spent; another payer is two of them.

    `dated_on` is the date that the invoice got by it; its money stays where it was counted.
    """

    on: date
    number: int
    supplier: str
    is_sponsored: bool
    fen: int
    dated_on: date | None = None


def money_changes(community_id: UUID, last: date) -> list[MoneyChange]:
    """Those up to a day, oldest first; without those that changed nothing of it."""
    row, head = CorrectedInvoice, CorrectedHead
    rows: Any = db.session.execute(
        select(
            StockRequest.business_on,
            Purchase.number,
            Supplier.name.label("supplier"),
            Purchase.sponsorship_id.label("entered_id"),
            row.total_fen,
            row.total_was_fen,
            head.id.label("head_id"),
            head.bought_on,
            head.bought_on_was,
            head.sponsorship_id,
            head.sponsorship_was_id,
        )
        .join(
            StockRequest,
            and_(
                StockRequest.community_id == row.community_id,
                StockRequest.id == row.request_id,
                StockRequest.state == "approved",
            ),
        )
        .join(
            Purchase,
            and_(Purchase.community_id == row.community_id, Purchase.id == row.purchase_id),
        )
        .join(
            Supplier,
            and_(Supplier.community_id == row.community_id, Supplier.id == row.supplier_id),
        )
        .outerjoin(head, and_(head.community_id == row.community_id, head.invoice_id == row.id))
        .where(
            row.community_id == community_id,
            StockRequest.business_on <= last,
            or_(
                row.total_fen != row.total_was_fen,
                head.bought_on != head.bought_on_was,
                head.sponsorship_id.is_distinct_from(head.sponsorship_was_id),
            ),
        )
        .order_by(StockRequest.business_on, row.id)
    )
    return [change for each in rows for change in _parts(each)]


def _parts(row: Any) -> Iterator[MoneyChange]:
    whose = (row.business_on, row.number, row.supplier)
    has_head = row.head_id is not None
    payer = row.sponsorship_id if has_head else row.entered_id
    payer_was = row.sponsorship_was_id if has_head else row.entered_id
    dated_on = row.bought_on if has_head and row.bought_on != row.bought_on_was else None
    fen, was_fen = int(row.total_fen), int(row.total_was_fen)
    if payer == payer_was:
        yield MoneyChange(*whose, payer is not None, fen - was_fen, dated_on)
        return
    yield MoneyChange(*whose, payer_was is not None, -was_fen)
    yield MoneyChange(*whose, payer is not None, fen, dated_on)
