"""Gifts, purposes and money, recomputed from the rows themselves: G1, G2, M1, M2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.shop.comparing import compare, sums
from pointsvc.shop.models import (
    Batch,
    DonationLine,
    GoodsIssue,
    Purchase,
    PurchaseLine,
    PurposeChange,
    Sponsorship,
    StockMovement,
)


def gift_checks(community_id: UUID) -> list[Check]:
    """What gifts, purposes and money promise, over one community."""
    return [
        _units(community_id),
        _purposes(community_id),
        _invoices(community_id),
        _budgets(community_id),
    ]


def _units(community_id: UUID) -> Check:
    """G1: a gift's line came to the shelf once, an issue left it once, never past the date."""
    check = Check("G1")
    given = select(DonationLine.id, DonationLine.quantity).where(
        DonationLine.community_id == community_id, DonationLine.product_id.is_not(None)
    )
    compare(check, sums(given), _moved(community_id, "donation_line", "donation", sign=1))
    issued = select(GoodsIssue.id, GoodsIssue.quantity).where(
        GoodsIssue.community_id == community_id
    )
    compare(check, sums(issued), _moved(community_id, "goods_issue", "issue", sign=-1))
    rows = db.session.execute(
        select(StockMovement.id, StockMovement.business_on, Batch.best_before_on)
        .join(Batch, _same(Batch.id == StockMovement.batch_id))
        .where(StockMovement.community_id == community_id, StockMovement.kind == "issue")
    )
    for movement_id, left_on, best_before_on in rows:
        check.expect(best_before_on is None or left_on <= best_before_on, movement_id)
    return check


def _purposes(community_id: UUID) -> Check:
    """G2: a batch's purpose is its donor's word, or the last one that the donor agreed to."""
    check = Check("G2")
    words: dict[UUID, str | None] = {}
    starts: dict[UUID, str | None] = {}
    rows = db.session.execute(
        select(Batch.id, Batch.restriction, DonationLine.restriction)
        .join(
            DonationLine,
            and_(
                DonationLine.community_id == Batch.community_id,
                DonationLine.id == Batch.donation_line_id,
            ),
        )
        .where(Batch.community_id == community_id)
    )
    for batch_id, now, first in rows:
        words[batch_id], starts[batch_id] = now, first
    for batch_id, seq, before, after in _changes(community_id):
        if batch_id in starts:
            check.expect(seq >= 1 and before == starts[batch_id], batch_id)
            starts[batch_id] = after
    for batch_id, now in words.items():
        check.expect(now == starts[batch_id], batch_id)
    return check


def _changes(community_id: UUID) -> list[tuple[UUID, int, str, str | None]]:
    rows = db.session.execute(
        select(
            PurposeChange.batch_id,
            PurposeChange.seq,
            PurposeChange.from_purpose,
            PurposeChange.to_purpose,
        )
        .where(PurposeChange.community_id == community_id)
        .order_by(PurposeChange.batch_id, PurposeChange.seq)
    )
    return [tuple(row) for row in rows]


def _invoices(community_id: UUID) -> Check:
    """M1: a bought line came to the shelf once, and an invoice is the sum of its lines."""
    check = Check("M1")
    lines = select(PurchaseLine.id, PurchaseLine.quantity).where(
        PurchaseLine.community_id == community_id
    )
    moved = _moved(community_id, "purchase", "purchase", sign=1)
    bought = sums(lines)
    compare(check, bought, {each: moved[each] for each in bought.keys() & moved.keys()})
    by_invoice = (
        select(PurchaseLine.purchase_id, func.sum(PurchaseLine.price_fen))
        .where(PurchaseLine.community_id == community_id)
        .group_by(PurchaseLine.purchase_id)
    )
    totals = select(Purchase.id, Purchase.total_fen).where(Purchase.community_id == community_id)
    compare(check, sums(totals), sums(by_invoice))
    return check


def _budgets(community_id: UUID) -> Check:
    """M2: what is spent of a sponsor's money is the sum of its purchases."""
    check = Check("M2")
    spent = select(Sponsorship.id, Sponsorship.spent_fen).where(
        Sponsorship.community_id == community_id
    )
    paid: Select[*tuple[Any, ...]] = (
        select(Purchase.sponsorship_id, func.sum(Purchase.total_fen))
        .where(Purchase.community_id == community_id, Purchase.sponsorship_id.is_not(None))
        .group_by(Purchase.sponsorship_id)
    )
    compare(check, sums(spent), sums(paid))
    return check


def _moved(community_id: UUID, source_type: str, kind: str, *, sign: int) -> dict[UUID, int]:
    return sums(
        select(StockMovement.source_id, func.sum(StockMovement.delta) * sign)
        .where(
            StockMovement.community_id == community_id,
            StockMovement.source_type == source_type,
            StockMovement.kind == kind,
        )
        .group_by(StockMovement.source_id)
    )


def _same(condition: Any) -> Any:
    return and_(Batch.community_id == StockMovement.community_id, condition)
