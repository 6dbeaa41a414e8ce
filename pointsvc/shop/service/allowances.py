"""What an exchange takes of limits: a product's month of the household, and the shop's other limits.

One way for all of them: a `Wish` on a window of `earning.limits`, whose use is locked and never passes
the number (S3). The lines of a basket that count towards one limit want it together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from pointsvc.earning.limits import Allowances, Wish
from pointsvc.extensions import db
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.ids import new_id
from pointsvc.shop.errors import LimitReached, PointsLimitReached, UnitsLimitReached
from pointsvc.shop.models import PurchaseLimit
from pointsvc.shop.queries.limits import InForce, LimitFacts
from pointsvc.shop.rules import limit_subject

if TYPE_CHECKING:
    from pointsvc.shop.service.baskets import Line


class Taking(Protocol):
    """Who takes goods, over the counter or kept for later; of a household, or of the member alone."""

    @property
    def member_id(self) -> UUID:
        """Who pays."""

    @property
    def holder_id(self) -> UUID:
        """Whose limits are used."""

    @property
    def lines(self) -> Sequence[Line]:
        """The goods."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Goods that are kept for somebody."""

    member_id: UUID
    holder_id: UUID
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a basket wants of one limit, whole; `limit` is None for a product's own month."""

    wish: Wish
    most: int
    lines: tuple[Line, ...]
    limit: LimitFacts | None

    def check(self, allowances: Allowances) -> None:
        """Refuse what the window does not leave. Raises what `_reached` says."""
        if allowances.left_for(self.wish) < self.wish.amount:
            whole = replace(self.wish, amount=self.most)
            raise self._reached(allowances.left_for(whole))

    def _reached(self, left: int) -> Conflict:
        if self.limit is None:
            return LimitReached(
                product_id=str(self.lines[0].product.id), limit=self.most, left=left
            )
        kind = UnitsLimitReached if self.limit.measure == "units" else PointsLimitReached
        return kind(limit_id=str(self.limit.id), limit=self.most, left=left)


def claims_of(in_force: InForce, taking: Taking) -> list[Claim]:
    """Everything that the goods take of limits."""
    own = (_own_month(in_force, taking, line) for line in taking.lines if line.product.limit)
    others = (_claim(in_force, taking, limit) for limit in in_force.limits)
    return [*own, *(claim for claim in others if claim is not None)]


def _own_month(in_force: InForce, taking: Taking, line: Line) -> Claim:
    assert line.product.limit is not None
    wish = Wish(
        limit_subject(line.product.id),
        taking.holder_id,
        in_force.today,
        line.quantity,
        month_cap=line.product.limit,
    )
    return Claim(wish, line.product.limit, (line,), None)


def _claim(in_force: InForce, taking: Taking, limit: LimitFacts) -> Claim | None:
    lines = tuple(line for line in taking.lines if limit.holds_for(line.product))
    if not lines:
        return None
    is_units = limit.measure == "units"
    amount = sum(line.quantity if is_units else line.points for line in lines)
    holder = limit.holder_of(member_id=taking.member_id, household_id=taking.holder_id)
    return Claim(
        wish_on(limit, holder, in_force.starts[limit.id], amount), limit.most, lines, limit
    )


def wish_on(limit: LimitFacts, holder_id: UUID, start: Any, amount: int) -> Wish:
    """The wish on the limit's window that begins on that day."""
    cap = {"month_cap" if limit.window_kind == "month" else "day_cap": limit.most}
    return Wish(limit.subject, holder_id, start, amount, **cap)


def counted_rows(
    community_id: UUID, claims: Iterable[Claim], of: str = "order_line_id"
) -> list[dict[str, Any]]:
    """Which line counted towards which limit, for its refund; kept goods: `of` their `hold_id`."""
    return [
        {
            "community_id": community_id,
            "id": new_id(),
            of: line.id,
            "limit_id": claim.limit.id,
            "holder_id": claim.wish.holder_id,
            "window_on": claim.wish.on,
        }
        for claim in claims
        if claim.limit is not None
        for line in claim.lines
    ]


def wishes_back(
    community_id: UUID, of: InstrumentedAttribute[UUID], back: Sequence[tuple[UUID, int, int]]
) -> list[Wish]:
    """What comes back to the windows that lines counted in: (line, units, points).

    `of` is `LineLimit.order_line_id` for a refund, `HoldLimit.hold_id` for what was kept.
    """
    amounts = {line_id: {"units": units, "points": points} for line_id, units, points in back}
    counted = of.class_
    rows = db.session.execute(
        select(
            of.label("line_id"),
            counted.limit_id,
            counted.holder_id,
            counted.window_on,
            PurchaseLimit.measure,
        )
        .join(
            PurchaseLimit,
            (PurchaseLimit.community_id == counted.community_id)
            & (PurchaseLimit.id == counted.limit_id),
        )
        .where(counted.community_id == community_id, of.in_(amounts))
    )
    return [
        Wish(
            f"limit:{row.limit_id}", row.holder_id, row.window_on, amounts[row.line_id][row.measure]
        )
        for row in rows
    ]
