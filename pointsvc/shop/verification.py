"""S1, S2, S4, S6 and L12 of the shop, recomputed from the rows themselves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.ledger.queries import sums_by_source
from pointsvc.shop.asking_checks import asking_checks
from pointsvc.shop.comparing import compare as _compare, sums as _sums
from pointsvc.shop.gift_verification import gift_checks
from pointsvc.shop.head_checks import head_checks
from pointsvc.shop.keeping_checks import keeping_checks
from pointsvc.shop.models import (
    Batch,
    Order,
    OrderLine,
    Product,
    ProductPrice,
    RefundLine,
    StockMovement,
)
from pointsvc.shop.stock_checks import stock_checks
from pointsvc.shop.verifying_counter import counter_checks


def shop_checks(community_id: UUID) -> list[Check]:
    """The shop's invariants over one community; see the room's plaque."""
    return [
        *_stock(community_id),
        *_payments(community_id),
        *_movements_of_lines(community_id),
        _dates(community_id),
        *gift_checks(community_id),
        *counter_checks(community_id),
        *keeping_checks(community_id),
        *stock_checks(community_id),
        *asking_checks(community_id),
        *head_checks(community_id),
    ]


def _stock(community_id: UUID) -> list[Check]:
    """S1: a batch holds the sum of its movements, a product the sum of its batches."""
    check = Check("S1")
    moved = _sums(
        select(StockMovement.batch_id, func.sum(StockMovement.delta))
        .where(StockMovement.community_id == community_id)
        .group_by(StockMovement.batch_id)
    )
    batches = select(Batch.id, Batch.on_hand).where(Batch.community_id == community_id)
    _compare(check, _sums(batches), moved)
    held = _sums(
        select(Batch.product_id, func.sum(Batch.on_hand))
        .where(Batch.community_id == community_id)
        .group_by(Batch.product_id)
    )
    products = select(Product.id, Product.on_hand).where(Product.community_id == community_id)
    _compare(check, _sums(products), held)
    return [check]


def _payments(community_id: UUID) -> list[Check]:
    """S2: lines at their price version are what was paid, and an order is the sum of its lines."""
    check = Check("S2")
    lines = select(OrderLine.id, OrderLine.total_points).where(
        OrderLine.community_id == community_id
    )
    paid = sums_by_source(community_id=community_id, source_type="order_line", kind="payment")
    _compare(check, _sums(lines), paid)
    priced = lines.join(
        ProductPrice,
        and_(
            ProductPrice.community_id == OrderLine.community_id,
            ProductPrice.product_id == OrderLine.product_id,
            ProductPrice.version == OrderLine.price_version,
            ProductPrice.price_points == OrderLine.price_points,
        ),
    )
    _compare(check, _sums(lines), _sums(priced))
    of_orders = (
        select(OrderLine.order_id, func.sum(OrderLine.total_points))
        .where(OrderLine.community_id == community_id)
        .group_by(OrderLine.order_id)
    )
    orders = select(Order.id, Order.total_points).where(Order.community_id == community_id)
    _compare(check, _sums(orders), _sums(of_orders))
    return [check]


def _movements_of_lines(community_id: UUID) -> list[Check]:
    """S4: a paid line left the shelf once, a refunded one came back; L12: no more than it was."""
    left, back, refunded = Check("S4"), Check("S4"), Check("L12")
    lines = select(OrderLine.id, OrderLine.quantity).where(OrderLine.community_id == community_id)
    _compare(left, _sums(lines), _moved(community_id, "order_line", "order", sign=-1))
    returned = select(RefundLine.id, RefundLine.quantity).where(
        RefundLine.community_id == community_id
    )
    _compare(back, _sums(returned), _moved(community_id, "refund_line", "refund", sign=1))
    wasted = select(RefundLine.id, RefundLine.wasted).where(
        RefundLine.community_id == community_id, RefundLine.wasted > 0
    )
    _compare(back, _sums(wasted), _moved(community_id, "refund_line", "waste", sign=-1))
    counted = select(OrderLine.id, OrderLine.refunded).where(
        OrderLine.community_id == community_id, OrderLine.refunded > 0
    )
    by_line = (
        select(RefundLine.order_line_id, func.sum(RefundLine.quantity))
        .where(RefundLine.community_id == community_id)
        .group_by(RefundLine.order_line_id)
    )
    _compare(refunded, _sums(counted), _sums(by_line))
    return [left, back, refunded]


def _dates(community_id: UUID) -> Check:
    """S6: nothing past its date and nothing restricted left over the counter."""
    check = Check("S6")
    is_wrong = or_(Batch.restriction.is_not(None), Batch.best_before_on < StockMovement.business_on)
    rows = db.session.execute(
        select(StockMovement.id, case((is_wrong, 1), else_=0))
        .join(
            Batch,
            and_(
                Batch.community_id == StockMovement.community_id,
                Batch.id == StockMovement.batch_id,
            ),
        )
        .where(StockMovement.community_id == community_id, StockMovement.kind == "order")
    )
    for movement_id, wrong in rows:
        check.expect(not wrong, movement_id)
    return check


def _moved(community_id: UUID, source_type: str, kind: str, *, sign: int) -> dict[UUID, int]:
    return _sums(
        select(StockMovement.source_id, func.sum(StockMovement.delta) * sign)
        .where(
            StockMovement.community_id == community_id,
            StockMovement.source_type == source_type,
            StockMovement.kind == kind,
        )
        .group_by(StockMovement.source_id)
    )
