"""S3: what is used of the shop's limits is what people have, or have kept for them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select

from pointsvc.earning.models import LimitUse
from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.shop.models import Hold, HoldLimit, LineLimit, OrderLine, PurchaseLimit

Key = tuple[UUID, UUID, date]


def limit_check(community_id: UUID) -> Check:
    """A window's use is what its order lines still hold, and what its holds still keep."""
    check = Check("S3")
    bought = OrderLine.quantity - OrderLine.refunded
    kept = Hold.quantity - Hold.picked - Hold.released
    counted: Counter[Key] = Counter()
    for wanted in (
        _counted(LineLimit, bought, OrderLine.price_points).join(
            OrderLine,
            (OrderLine.community_id == LineLimit.community_id)
            & (OrderLine.id == LineLimit.order_line_id),
        ),
        _counted(HoldLimit, kept, Hold.price_points).join(
            Hold, (Hold.community_id == HoldLimit.community_id) & (Hold.id == HoldLimit.hold_id)
        ),
    ):
        for row in db.session.execute(wanted.where(PurchaseLimit.community_id == community_id)):
            counted[row[0], row[1], row[2]] += int(row[3])
    used = _used(community_id)
    for key in counted.keys() | used.keys():
        check.expect(counted[key] == used.get(key, 0), key[0])
    return check


def _counted(
    model: type[LineLimit | HoldLimit], units: ColumnElement[int], price: Any
) -> Select[*tuple[Any, ...]]:
    amount = case((PurchaseLimit.measure == "units", units), else_=units * price)
    return (
        select(model.limit_id, model.holder_id, model.window_on, func.sum(amount))
        .select_from(model)
        .join(
            PurchaseLimit,
            (PurchaseLimit.community_id == model.community_id)
            & (PurchaseLimit.id == model.limit_id),
        )
        .group_by(model.limit_id, model.holder_id, model.window_on)
    )


def _used(community_id: UUID) -> dict[Key, int]:
    rows = db.session.execute(
        select(LimitUse.subject, LimitUse.holder_id, LimitUse.window_on, LimitUse.used).where(
            LimitUse.community_id == community_id, LimitUse.subject.startswith("limit:")
        )
    )
    return {
        (UUID(row.subject.removeprefix("limit:")), row.holder_id, row.window_on): row.used
        for row in rows
    }
