"""L15 at the counter, recomputed: requests and their refunds, collecting for others, deliveries."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, func, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.shop.models import (
    HomeDelivery,
    Order,
    Proxy,
    ProxyPickup,
    Refund,
    RefundLine,
    ShopRequest,
    ShopRequestLine,
)


def counter_checks(community_id: UUID) -> list[Check]:
    """What the counter's own tables promise about orders and refunds."""
    return [_requests(community_id), _pickups(community_id), _deliveries(community_id)]


def _requests(community_id: UUID) -> Check:
    """An approved request is the refund that it names: same exchange, same two persons, same units."""
    check = Check("L15")
    asked = ShopRequest
    rows = db.session.execute(
        select(
            asked.id,
            asked.order_id == Refund.order_id,
            asked.asked_by_id == Refund.keeper_id,
            asked.decided_by_id == Refund.approver_id,
            asked.member_id == Order.member_id,
        )
        .outerjoin(
            Refund,
            and_(Refund.community_id == asked.community_id, Refund.id == asked.refund_id),
        )
        .join(Order, and_(Order.community_id == asked.community_id, Order.id == asked.order_id))
        .where(asked.community_id == community_id, asked.state == "approved")
    )
    wanted, returned = _units_wanted(community_id), _units_returned(community_id)
    for request_id, *same in rows:
        fits = all(same) and wanted.get(request_id) == returned.get(request_id)
        check.expect(fits, request_id)
    return check


def _units_wanted(community_id: UUID) -> dict[UUID, int]:
    line = ShopRequestLine
    rows = db.session.execute(
        select(line.request_id, func.sum(line.quantity))
        .where(line.community_id == community_id)
        .group_by(line.request_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def _units_returned(community_id: UUID) -> dict[UUID, int]:
    line, asked = RefundLine, ShopRequest
    rows = db.session.execute(
        select(asked.id, func.sum(line.quantity))
        .join(
            line, and_(line.community_id == asked.community_id, line.refund_id == asked.refund_id)
        )
        .where(asked.community_id == community_id)
        .group_by(asked.id)
    )
    return {row[0]: int(row[1]) for row in rows}


def _pickups(community_id: UUID) -> Check:
    """Who collected was named for that member, and not after it was taken back."""
    check = Check("L15")
    picked = ProxyPickup
    rows = db.session.execute(
        select(
            picked.id,
            picked.member_id == Order.member_id,
            picked.keeper_id == Order.keeper_id,
            picked.member_id == Proxy.member_id,
            picked.proxy_member_id == Proxy.proxy_member_id,
            Proxy.named_at <= Order.placed_at,
            func.coalesce(Proxy.revoked_at >= Order.placed_at, Proxy.revoked_at.is_(None)),
        )
        .join(Order, and_(Order.community_id == picked.community_id, Order.id == picked.order_id))
        .join(Proxy, and_(Proxy.community_id == picked.community_id, Proxy.id == picked.proxy_id))
        .where(picked.community_id == community_id)
    )
    for pickup_id, *same in rows:
        check.expect(all(same), pickup_id)
    return check


def _deliveries(community_id: UUID) -> Check:
    """A delivery is its exchange's; what was brought back is asked back of that exchange."""
    check = Check("S4")
    sent = HomeDelivery
    rows = db.session.execute(
        select(
            sent.id,
            sent.member_id == Order.member_id,
            sent.shop_id == Order.shop_id,
            func.coalesce(ShopRequest.order_id == sent.order_id, sent.request_id.is_(None)),
        )
        .join(Order, and_(Order.community_id == sent.community_id, Order.id == sent.order_id))
        .outerjoin(
            ShopRequest,
            and_(ShopRequest.community_id == sent.community_id, ShopRequest.id == sent.request_id),
        )
        .where(sent.community_id == community_id)
    )
    for delivery_id, *same in rows:
        check.expect(all(same), delivery_id)
    return check
