"""What a correction of an invoice changes: head, supplier, lines and sum, before and after."""

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
    CorrectedHead,
    CorrectedInvoice,
    CorrectedLine,
    PurchaseLine,
    Sponsorship,
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
class HeadChange:
    """The head as it read before and as it should; a payer without a name is None, as is the community."""

    bought_on: date
    bought_on_was: date
    invoice_no: str | None
    invoice_no_was: str | None
    sponsorship_id: UUID | None
    sponsorship_was_id: UUID | None
    sponsor: str | None
    sponsor_was: str | None


@dataclass(frozen=True, slots=True)
class InvoiceChange:
    """An invoice as it read before and as it should read; only lines that differ."""

    request_id: UUID
    supplier: str
    supplier_was: str
    total_fen: int
    total_was_fen: int
    lines: tuple[LineChange, ...]
    head: HeadChange | None


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
    ids = [each.id for each in rows]
    lines, heads = _lines_of(community_id, ids), _heads_of(community_id, ids)
    return {
        asked: InvoiceChange(
            asked, now, before, fen, was_fen, tuple(lines.get(id_, ())), heads.get(id_)
        )
        for id_, asked, now, before, fen, was_fen in rows
    }


def _heads_of(community_id: UUID, invoice_ids: Collection[UUID]) -> dict[UUID, HeadChange]:
    of, was, head = aliased(Sponsorship), aliased(Sponsorship), CorrectedHead
    rows = db.session.execute(
        select(
            head.invoice_id,
            head.bought_on,
            head.bought_on_was,
            head.invoice_no,
            head.invoice_no_was,
            head.sponsorship_id,
            head.sponsorship_was_id,
            of.sponsor,
            was.sponsor,
        )
        .outerjoin(of, and_(of.community_id == head.community_id, of.id == head.sponsorship_id))
        .outerjoin(
            was, and_(was.community_id == head.community_id, was.id == head.sponsorship_was_id)
        )
        .where(head.community_id == community_id, is_among(head.invoice_id, invoice_ids))
    )
    return {row[0]: HeadChange(*row[1:]) for row in rows}


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
