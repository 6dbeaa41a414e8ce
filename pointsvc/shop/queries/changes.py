"""What a correction of an invoice changes: supplier, lines and sum, before and after; those of a month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.shop.models import (
    CorrectedInvoice,
    CorrectedLine,
    Purchase,
    PurchaseLine,
    StockRequest,
    Supplier,
)


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line as it read before and as it should read."""

    product_name: str
    pack: str
    quantity: int
    quantity_was: int
    price_fen: int
    price_was_fen: int


@dataclass(frozen=True, slots=True)
class InvoiceChange:
    """An invoice as it read before and as it should read; only lines that differ."""

    request_id: UUID
    supplier: str
    supplier_was: str
    total_fen: int
    total_was_fen: int
    lines: tuple[LineChange, ...]


@dataclass(frozen=True, slots=True)
class MoneyChange:
    """A correction that was agreed to on a day, and the fen by which it changed what was spent."""

    on: date
    number: int
    supplier: str
    is_sponsored: bool
    fen: int


def changes_of_requests(
    community_id: UUID, request_ids: Collection[UUID]
) -> dict[UUID, InvoiceChange]:
    """By request."""
    if not request_ids:
        return {}
    of, was, row = aliased(Supplier), aliased(Supplier), CorrectedInvoice
    rows: Any = db.session.execute(
        select(row.id, row.request_id, of.name, was.name, row.total_fen, row.total_was_fen)
        .join(of, and_(of.community_id == row.community_id, of.id == row.supplier_id))
        .join(was, and_(was.community_id == row.community_id, was.id == row.supplier_was_id))
        .where(row.community_id == community_id, is_among(row.request_id, request_ids))
    ).all()
    lines = _lines_of(community_id, [each.id for each in rows])
    return {
        asked: InvoiceChange(asked, now, before, fen, was_fen, tuple(lines.get(invoice_id, ())))
        for invoice_id, asked, now, before, fen, was_fen in rows
    }


def _lines_of(community_id: UUID, invoice_ids: Collection[UUID]) -> dict[UUID, list[LineChange]]:
    line, of = CorrectedLine, PurchaseLine
    rows = db.session.execute(
        select(
            line.invoice_id,
            of.product_name,
            of.pack,
            line.quantity,
            line.quantity_was,
            line.price_fen,
            line.price_was_fen,
        )
        .join(of, and_(of.community_id == line.community_id, of.id == line.line_id))
        .where(line.community_id == community_id, is_among(line.invoice_id, invoice_ids))
        .order_by(line.invoice_id, of.number)
    )
    found: dict[UUID, list[LineChange]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(LineChange(*row[1:]))
    return found


def money_changes(community_id: UUID, last: date) -> list[MoneyChange]:
    """What corrections changed of what was spent, up to a day, oldest first; without those of none."""
    row = CorrectedInvoice
    rows: Any = db.session.execute(
        select(
            StockRequest.business_on,
            Purchase.number,
            Supplier.name,
            Purchase.sponsorship_id.is_not(None),
            row.total_fen - row.total_was_fen,
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
        .where(
            row.community_id == community_id,
            StockRequest.business_on <= last,
            row.total_fen != row.total_was_fen,
        )
        .order_by(StockRequest.business_on, row.id)
    )
    return [
        MoneyChange(on, number, supplier, bool(is_sponsored), int(fen))
        for on, number, supplier, is_sponsored, fen in rows
    ]
