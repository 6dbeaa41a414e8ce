"""What corrections change of invoices: sums to add to what was recorded, and the supplier of now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, select
from sqlalchemy.orm import aliased

from pointsvc.shop.models import CorrectedInvoice, CorrectedLine, Purchase, StockRequest


def in_force(wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Those whose request a supervisor agreed to."""
    return wanted.join(
        StockRequest,
        and_(
            StockRequest.community_id == CorrectedInvoice.community_id,
            StockRequest.id == CorrectedInvoice.request_id,
            StockRequest.state == "approved",
        ),
    )


def fen_changed() -> ColumnElement[int]:
    """By how many fen the corrections in force changed a purchase's total; for a row of `purchases`."""
    change = CorrectedInvoice.total_fen - CorrectedInvoice.total_was_fen
    wanted = in_force(select(func.coalesce(func.sum(change), 0)).select_from(CorrectedInvoice))
    of_it = wanted.where(
        CorrectedInvoice.community_id == Purchase.community_id,
        CorrectedInvoice.purchase_id == Purchase.id,
    )
    return of_it.correlate(Purchase).scalar_subquery()


def supplier_now() -> ColumnElement[UUID]:
    """Whose invoice it is as it reads now; for a row of `purchases`."""
    newest = in_force(select(CorrectedInvoice.supplier_id)).where(
        CorrectedInvoice.community_id == Purchase.community_id,
        CorrectedInvoice.purchase_id == Purchase.id,
    )
    last = newest.order_by(CorrectedInvoice.id.desc()).limit(1).correlate(Purchase)
    return func.coalesce(last.scalar_subquery(), Purchase.supplier_id)


def lines_changed(community_id: UUID) -> Subquery:
    """Of each line that was corrected: by how many units and fen (`line_id`, `units`, `fen`)."""
    line = aliased(CorrectedLine)
    return (
        in_force(
            select(
                line.line_id,
                func.sum(line.quantity - line.quantity_was).label("units"),
                func.sum(line.price_fen - line.price_was_fen).label("fen"),
            ).join(
                CorrectedInvoice,
                and_(
                    CorrectedInvoice.community_id == line.community_id,
                    CorrectedInvoice.id == line.invoice_id,
                ),
            )
        )
        .where(line.community_id == community_id)
        .group_by(line.line_id)
        .subquery()
    )
