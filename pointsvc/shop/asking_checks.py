"""L15 of what is asked about stock, recomputed: an approved request is what moved, in both names."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, func, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.shop.models import CorrectedInvoice, CorrectedLine, StockMovement, StockRequest


def asking_checks(community_id: UUID) -> list[Check]:
    """A shop in which nothing was asked has nothing to check."""
    checks = (_carried_out(community_id), _sums(community_id))
    return [check for check in checks if check.count]


def _carried_out(community_id: UUID) -> Check:
    """Waste and counts: one movement of that many units of that batch, by these two, on that day."""
    check, asked, moved = Check("L15"), StockRequest, StockMovement
    rows = db.session.execute(
        select(
            asked.id,
            moved.batch_id == asked.batch_id,
            moved.kind == asked.kind,
            moved.moved_by_id == asked.asked_by_id,
            moved.approved_by_id == asked.decided_by_id,
            moved.business_on == asked.business_on,
            moved.delta == func.coalesce(-asked.quantity, asked.counted - asked.expected),
        )
        .outerjoin(
            moved,
            and_(
                moved.community_id == asked.community_id,
                moved.source_type == asked.kind,
                moved.source_id == asked.id,
            ),
        )
        .where(
            asked.community_id == community_id,
            asked.state == "approved",
            asked.kind != "purchase",
        )
    )
    for request_id, *same in rows:
        check.expect(all(same), request_id)
    unasked = select(moved.source_id).join(
        asked, and_(asked.community_id == moved.community_id, asked.id == moved.source_id)
    )
    is_early = or_(asked.state != "approved", asked.kind == "purchase")
    for source_id in db.session.scalars(
        unasked.where(moved.community_id == community_id, is_early)
    ):
        check.expect(False, source_id)  # noqa: FBT003 - reads as a sentence
    return check


def _sums(community_id: UUID) -> Check:
    """M1: a corrected invoice differs from before by what its lines do."""
    check, row, line = Check("M1"), CorrectedInvoice, CorrectedLine
    more = func.coalesce(func.sum(line.price_fen - line.price_was_fen), 0)
    rows = db.session.execute(
        select(row.id, row.total_fen - row.total_was_fen, more)
        .outerjoin(line, and_(line.community_id == row.community_id, line.invoice_id == row.id))
        .where(row.community_id == community_id)
        .group_by(row.community_id, row.id, row.total_fen, row.total_was_fen)
    )
    for invoice_id, differs, by_lines in rows:
        check.expect(int(differs) == int(by_lines), invoice_id)
    return check
