"""M1 of the heads of invoices: each correction begins where the last ended, no invoice is there twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.shop.models import CorrectedHead, CorrectedInvoice, Purchase
from pointsvc.shop.queries.corrections import in_force, supplier_now
from pointsvc.shop.queries.heads import heads_now, of_purchase, reads_now


def head_checks(community_id: UUID) -> list[Check]:
    """A shop in which no invoice was corrected has nothing to check."""
    check = _chain(community_id)
    if check.count:
        _once(community_id, check)
        return [check]
    return []


def _chain(community_id: UUID) -> Check:
    """What a correction says that the head was is what it had become by then."""
    check, head, invoice, of = Check("M1"), CorrectedHead, CorrectedInvoice, Purchase
    wanted = in_force(
        select(
            invoice.purchase_id,
            invoice.id,
            *(of.bought_on, of.invoice_no, of.sponsorship_id),
            *(head.bought_on_was, head.invoice_no_was, head.sponsorship_was_id),
            *(head.bought_on, head.invoice_no, head.sponsorship_id),
        )
        .join(head, and_(head.community_id == invoice.community_id, head.invoice_id == invoice.id))
        .join(of, and_(of.community_id == invoice.community_id, of.id == invoice.purchase_id))
    ).where(invoice.community_id == community_id)
    reads: dict[UUID, tuple[Any, ...]] = {}
    for purchase_id, invoice_id, *parts in db.session.execute(wanted.order_by(invoice.id)):
        entered, was, now = tuple(parts[:3]), tuple(parts[3:6]), tuple(parts[6:])
        check.expect(reads.get(purchase_id, entered) == was, invoice_id)
        reads[purchase_id] = now
    return check


def _once(community_id: UUID, check: Check) -> None:
    heads = heads_now(community_id)
    number, supplier_id = reads_now(heads, "invoice_no"), supplier_now()
    rows = db.session.execute(
        select(number, func.count())
        .select_from(Purchase)
        .outerjoin(heads, of_purchase(heads))
        .where(Purchase.community_id == community_id, number.is_not(None))
        .group_by(number, supplier_id)
    )
    for invoice_no, count in rows:
        check.expect(count == 1, invoice_no)
