"""What somebody used of the shop's limits goes with them to another household, or another account.

Their lines and kept goods are counted for the new holder, in the windows in which they were: so a move
on exchange day neither doubles an allowance nor gives it anew (docs/ledger.md case 33, S3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select, update

from pointsvc.earning.moving import Used, carry_uses
from pointsvc.extensions import db
from pointsvc.kernel.clock import month_start
from pointsvc.shop.models import (
    Hold,
    HoldLimit,
    LineLimit,
    Order,
    OrderLine,
    PurchaseLimit,
    Reservation,
)
from pointsvc.shop.rules import limit_subject


@dataclass(frozen=True, slots=True)
class Carried:
    """Whose use goes from which holders to which; `into_member_id` is who goes on."""

    community_id: UUID
    member_id: UUID
    into_member_id: UUID
    into_holder_id: UUID


@dataclass(frozen=True, slots=True)
class _Kind:
    """Goods of one table: bought, or kept."""

    owner: Any
    part: Any
    of_owner: ColumnElement[bool]
    counted: Any
    of_part: ColumnElement[bool]
    units: ColumnElement[int]


_BOUGHT: Final = _Kind(
    Order,
    OrderLine,
    and_(OrderLine.community_id == Order.community_id, OrderLine.order_id == Order.id),
    LineLimit,
    and_(LineLimit.community_id == OrderLine.community_id, LineLimit.order_line_id == OrderLine.id),
    OrderLine.quantity - OrderLine.refunded,
)
_KEPT: Final = _Kind(
    Reservation,
    Hold,
    and_(Hold.community_id == Reservation.community_id, Hold.reservation_id == Reservation.id),
    HoldLimit,
    and_(HoldLimit.community_id == Hold.community_id, HoldLimit.hold_id == Hold.id),
    Hold.quantity - Hold.picked - Hold.released,
)


def carry(carried: Carried) -> None:
    """Count all of a member's goods for who goes on, limits of persons and of households each."""
    uses: list[Used] = []
    into: list[UUID] = []
    for kind in (_BOUGHT, _KEPT):
        for use, is_member in (*_months(carried, kind), *_limits(carried, kind)):
            uses.append(use)
            into.append(carried.into_member_id if is_member else carried.into_holder_id)
    carry_uses(community_id=carried.community_id, uses=uses, into=into)
    for kind in (_BOUGHT, _KEPT):
        _rename(carried, kind)


def _months(carried: Carried, kind: _Kind) -> Iterator[tuple[Used, bool]]:
    """A product's own month, which is the household's."""
    rows = db.session.execute(
        select(kind.part.product_id, kind.owner.holder_id, kind.owner.business_on, kind.units)
        .join(kind.owner, kind.of_owner)
        .where(*_mine(carried, kind), kind.part.limit_taken.is_not(None))
    )
    for product_id, holder_id, on, units in rows:
        month = month_start(on)
        yield Used(limit_subject(product_id), holder_id, "month", month, units), False


def _limits(carried: Carried, kind: _Kind) -> Iterator[tuple[Used, bool]]:
    limit, counted = PurchaseLimit, kind.counted
    points = kind.units * kind.part.price_points
    amount = case((limit.measure == "units", kind.units), else_=points)
    rows = db.session.execute(
        select(
            limit.id,
            limit.holder,
            limit.window_kind,
            counted.holder_id,
            counted.window_on,
            func.sum(amount),
        )
        .select_from(counted)
        .join(kind.part, kind.of_part)
        .join(kind.owner, kind.of_owner)
        .join(limit, and_(limit.community_id == counted.community_id, limit.id == counted.limit_id))
        .where(*_mine(carried, kind))
        .group_by(limit.id, limit.holder, limit.window_kind, counted.holder_id, counted.window_on)
    )
    for limit_id, holder, window, holder_id, on, total in rows:
        named = "month" if window == "month" else "day"
        yield Used(f"limit:{limit_id}", holder_id, named, on, int(total)), holder == "member"


def _rename(carried: Carried, kind: _Kind) -> None:
    """The rows that give back later name the holder that was counted now (S3)."""
    counted, community_id = kind.counted, carried.community_id
    parts = (
        select(kind.part.id)
        .join(kind.owner, kind.of_owner)
        .where(*_mine(carried, kind))
        .scalar_subquery()
    )
    of = counted.order_line_id if kind is _BOUGHT else counted.hold_id
    for holder, holder_id in (
        ("member", carried.into_member_id),
        ("household", carried.into_holder_id),
    ):
        limits = select(PurchaseLimit.id).where(
            PurchaseLimit.community_id == community_id, PurchaseLimit.holder == holder
        )
        db.session.execute(
            update(counted)
            .where(counted.community_id == community_id, of.in_(parts))
            .where(counted.limit_id.in_(limits))
            .values(holder_id=holder_id)
            .execution_options(synchronize_session=False)
        )
    db.session.execute(
        update(kind.owner)
        .where(*_mine(carried, kind))
        .values(holder_id=carried.into_holder_id)
        .execution_options(synchronize_session=False)
    )


def _mine(carried: Carried, kind: _Kind) -> tuple[ColumnElement[bool], ...]:
    owner = kind.owner
    return owner.community_id == carried.community_id, owner.member_id == carried.member_id
