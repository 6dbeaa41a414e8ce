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
from pointsvc.shop.queries.corrections import fen_changed, lines_changed
from pointsvc.shop.queries.descent import TRANSFER
from pointsvc.shop.queries.heads import heads_now, of_purchase, reads_now


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
    """G2: a batch's purpose is its donor's word, or the last one that the donor agreed to.

    A batch that came from another shop begins with a word that stood there.
    """
    check = Check("G2")
    rows = db.session.execute(
        select(Batch.id, Batch.restriction, DonationLine.id, DonationLine.restriction)
        .join(
            DonationLine,
            and_(
                DonationLine.community_id == Batch.community_id,
                DonationLine.id == Batch.donation_line_id,
            ),
        )
        .where(Batch.community_id == community_id)
    ).all()
    changes = _changes(community_id)
    words: dict[UUID, set[str | None]] = {}
    for batch_id, _now, line_id, first in rows:
        agreed = [after for _before, after in changes.get(batch_id, ())]
        words.setdefault(line_id, {first}).update(agreed)
    came = _from_elsewhere(community_id)
    for batch_id, now, line_id, first in rows:
        stands = words[line_id] if batch_id in came else {first}
        for before, after in changes.get(batch_id, ()):
            check.expect(before in stands, batch_id)
            stands = {after}
        check.expect(now in stands, batch_id)
    return check


def _from_elsewhere(community_id: UUID) -> set[UUID]:
    moves = select(StockMovement.batch_id).where(
        StockMovement.community_id == community_id,
        StockMovement.kind == TRANSFER,
        StockMovement.delta > 0,
    )
    return set(db.session.scalars(moves))


def _changes(community_id: UUID) -> dict[UUID, list[tuple[str, str | None]]]:
    """Of each batch its changes in their order: from, to."""
    rows = db.session.execute(
        select(PurposeChange.batch_id, PurposeChange.from_purpose, PurposeChange.to_purpose)
        .where(PurposeChange.community_id == community_id)
        .order_by(PurposeChange.batch_id, PurposeChange.seq)
    )
    changes: dict[UUID, list[tuple[str, str | None]]] = {}
    for batch_id, before, after in rows:
        changes.setdefault(batch_id, []).append((before, after))
    return changes


def _invoices(community_id: UUID) -> Check:
    """M1: a bought line came to the shelf once, as it reads now, and an invoice is its lines' sum."""
    check = Check("M1")
    changed = lines_changed(community_id)
    quantity = PurchaseLine.quantity + func.coalesce(changed.c.units, 0)
    lines = (
        select(PurchaseLine.id, quantity)
        .outerjoin(changed, changed.c.line_id == PurchaseLine.id)
        .where(PurchaseLine.community_id == community_id)
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
    """M2: what is spent of a sponsor's money is the sum of the purchases that it pays, as they read now."""
    check = Check("M2")
    spent = select(Sponsorship.id, Sponsorship.spent_fen).where(
        Sponsorship.community_id == community_id
    )
    heads = heads_now(community_id)
    paid_by = reads_now(heads, "sponsorship_id")
    paid: Select[*tuple[Any, ...]] = (
        select(paid_by, func.sum(Purchase.total_fen + fen_changed()))
        .select_from(Purchase)
        .outerjoin(heads, of_purchase(heads))
        .where(Purchase.community_id == community_id, paid_by.is_not(None))
        .group_by(paid_by)
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
