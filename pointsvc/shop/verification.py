"""What must hold of the shop: S1, S2, S4, S6 (ledger.md §2), recomputed from the rows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.ledger.queries import paid_by_source
from pointsvc.shop.models import Batch, Order, OrderLine, Product, RefundLine, StockMovement


def shop_checks(community_id: UUID) -> list[Check]:
    """Stock is the sum of its movements; lines were paid and moved once; nothing left past its date."""
    return [
        _check_stock(community_id),
        _check_payments(community_id),
        _check_moves(community_id),
        _check_dates(community_id),
    ]


def _check_stock(community_id: UUID) -> Check:
    """S1: on hand is the sum of movements, for batches and for products."""
    check = Check("S1")
    for model, column in ((Batch, StockMovement.batch_id), (Product, StockMovement.product_id)):
        moved = _sums(community_id, column)
        rows = db.session.execute(
            select(model.id, model.on_hand).where(model.community_id == community_id)
        )
        for id_, on_hand in rows:
            check.expect(on_hand == moved.get(id_, 0) and on_hand >= 0, id_)
    return check


def _sums(community_id: UUID, column: object) -> dict[UUID, int]:
    query = (
        select(column, func.sum(StockMovement.delta))  # type: ignore[call-overload]
        .where(StockMovement.community_id == community_id)
        .group_by(column)
    )
    return {id_: int(total) for id_, total in db.session.execute(query)}


def _check_payments(community_id: UUID) -> Check:
    """S2: each line paid quantity × price once, and got back the price of what was refunded."""
    check = Check("S2")
    paid = paid_by_source(community_id=community_id, source_type="order_line")
    lines = db.session.execute(
        select(
            OrderLine.id, OrderLine.total_points, OrderLine.price_points, OrderLine.refunded
        ).where(OrderLine.community_id == community_id)
    )
    for id_, total, price, refunded in lines:
        check.expect(paid.get(id_, (0, 0)) == (total, price * refunded), id_)
    totals = db.session.execute(
        select(Order.id, Order.total_points, func.sum(OrderLine.total_points))
        .join(
            OrderLine,
            (OrderLine.community_id == Order.community_id) & (OrderLine.order_id == Order.id),
        )
        .where(Order.community_id == community_id)
        .group_by(Order.id, Order.total_points)
    )
    for id_, total, lines_total in totals:
        check.expect(total == int(lines_total), id_)
    return check


def _check_moves(community_id: UUID) -> Check:
    """S4: every paid line moved its stock once; every refunded unit came back, or went to waste."""
    check = Check("S4")
    moved = _moved(community_id, "order")
    back = _moved(community_id, "refund")
    lines = db.session.execute(
        select(OrderLine.id, OrderLine.quantity).where(OrderLine.community_id == community_id)
    )
    for id_, quantity in lines:
        check.expect(moved.get(id_, 0) == -quantity, id_)
    refunds = db.session.execute(
        select(RefundLine.id, RefundLine.quantity).where(RefundLine.community_id == community_id)
    )
    for id_, quantity in refunds:
        check.expect(back.get(id_, 0) == quantity, id_)
    return check


def _moved(community_id: UUID, kind: str) -> dict[UUID, int]:
    query = (
        select(StockMovement.source_id, func.sum(StockMovement.delta))
        .where(StockMovement.community_id == community_id, StockMovement.kind == kind)
        .group_by(StockMovement.source_id)
    )
    return {id_: int(total) for id_, total in db.session.execute(query)}


def _check_dates(community_id: UUID) -> Check:
    """S6: nothing past its date, and nothing restricted, was handed out at the counter."""
    check = Check("S6")
    rows = db.session.execute(
        select(StockMovement.id, StockMovement.business_on, Batch.best_before_on, Batch.restriction)
        .join(
            Batch,
            (Batch.community_id == StockMovement.community_id)
            & (Batch.id == StockMovement.batch_id),
        )
        .where(StockMovement.community_id == community_id, StockMovement.kind == "order")
    )
    for id_, on, best_before_on, restriction in rows:
        fresh = best_before_on is None or best_before_on >= on
        check.expect(fresh and restriction is None, id_)
    return check
