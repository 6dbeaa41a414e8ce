"""What an exchange takes of limits: a product's month of the household, and the shop's other limits.

One way for all of them: a `Wish` on a window of `earning.limits`, whose use is locked and never passes
the number (S3). The lines of a basket that count towards one limit want it together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from pointsvc.earning.limits import Allowances, Wish
from pointsvc.extensions import db
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.ids import new_id
from pointsvc.shop.errors import LimitReached, PointsLimitReached, UnitsLimitReached
from pointsvc.shop.models import LineLimit, PurchaseLimit
from pointsvc.shop.queries.limits import LimitFacts
from pointsvc.shop.rules import limit_subject
from pointsvc.shop.windows import window_start

if TYPE_CHECKING:
    from pointsvc.shop.service.baskets import Basket, Line, Seen


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


def claims_of(seen: Seen, basket: Basket) -> list[Claim]:
    """Everything that the basket takes of limits."""
    own = (_own_month(seen, basket, line) for line in basket.lines if line.product.limit)
    others = (_claim(seen, basket, limit) for limit in seen.limits)
    return [*own, *(claim for claim in others if claim is not None)]


def _own_month(seen: Seen, basket: Basket, line: Line) -> Claim:
    assert line.product.limit is not None
    wish = Wish(
        limit_subject(line.product.id),
        basket.holder_id,
        seen.today,
        line.quantity,
        month_cap=line.product.limit,
    )
    return Claim(wish, line.product.limit, (line,), None)


def _claim(seen: Seen, basket: Basket, limit: LimitFacts) -> Claim | None:
    lines = tuple(line for line in basket.lines if limit.holds_for(line.product))
    if not lines:
        return None
    is_units = limit.measure == "units"
    amount = sum(line.quantity if is_units else line.points for line in lines)
    holder = limit.holder_of(member_id=basket.member_id, household_id=basket.holder_id)
    start = window_start(seen.community.id, limit.shop_id, limit.window_kind, seen.today)
    return Claim(wish_on(limit, holder, start, amount), limit.most, lines, limit)


def wish_on(limit: LimitFacts, holder_id: UUID, start: Any, amount: int) -> Wish:
    """The wish on the limit's window that begins on that day."""
    cap = {"month_cap" if limit.window_kind == "month" else "day_cap": limit.most}
    return Wish(limit.subject, holder_id, start, amount, **cap)


def counted_rows(community_id: UUID, claims: Iterable[Claim]) -> list[dict[str, Any]]:
    """Which line counted towards which limit, for its refund."""
    return [
        {
            "community_id": community_id,
            "id": new_id(),
            "order_line_id": line.id,
            "limit_id": claim.limit.id,
            "holder_id": claim.wish.holder_id,
            "window_on": claim.wish.on,
        }
        for claim in claims
        if claim.limit is not None
        for line in claim.lines
    ]


def wishes_back(community_id: UUID, back: Sequence[tuple[UUID, int, int]]) -> list[Wish]:
    """What a refund gives back to the windows that its lines counted in: (line, units, points)."""
    amounts = {line_id: {"units": units, "points": points} for line_id, units, points in back}
    rows = db.session.execute(
        select(
            LineLimit.order_line_id,
            LineLimit.limit_id,
            LineLimit.holder_id,
            LineLimit.window_on,
            PurchaseLimit.measure,
        )
        .join(
            PurchaseLimit,
            (PurchaseLimit.community_id == LineLimit.community_id)
            & (PurchaseLimit.id == LineLimit.limit_id),
        )
        .where(LineLimit.community_id == community_id, LineLimit.order_line_id.in_(amounts))
    )
    return [
        Wish(
            f"limit:{row.limit_id}",
            row.holder_id,
            row.window_on,
            amounts[row.order_line_id][row.measure],
        )
        for row in rows
    ]
