"""How the head of an invoice reads now: its date, its number, and whose money paid it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select

from pointsvc.shop.models import CorrectedHead, CorrectedInvoice, Purchase
from pointsvc.shop.queries.corrections import in_force


def heads_now(community_id: UUID) -> Subquery:
    """Of each invoice whose head was corrected, the newest correction in force (`purchase_id`, …)."""
    head, invoice = CorrectedHead, CorrectedInvoice
    turn = func.row_number().over(partition_by=invoice.purchase_id, order_by=invoice.id.desc())
    ranked = (
        in_force(
            select(
                invoice.purchase_id,
                head.bought_on,
                head.invoice_no,
                head.sponsorship_id,
                turn.label("turn"),
            ).join(
                head,
                and_(head.community_id == invoice.community_id, head.invoice_id == invoice.id),
            )
        )
        .where(invoice.community_id == community_id)
        .subquery()
    )
    return select(ranked).where(ranked.c.turn == 1).subquery()


def of_purchase(heads: Subquery) -> ColumnElement[bool]:
    """Joins the corrected head, where there is one, to a row of `purchases`."""
    return heads.c.purchase_id == Purchase.id


def reads_now(heads: Subquery, name: str) -> ColumnElement[Any]:
    """`bought_on`, `invoice_no` or `sponsorship_id` as it reads now; for that join."""
    was_corrected = heads.c.purchase_id.is_not(None)
    return case((was_corrected, heads.c[name]), else_=getattr(Purchase, name))
