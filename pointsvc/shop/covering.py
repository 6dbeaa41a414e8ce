"""How long goods and money last for the points that people hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from pointsvc.kernel.clock import add_months
from pointsvc.ledger.months import month_totals
from pointsvc.ledger.totals import held_points
from pointsvc.shop.money import Coverage
from pointsvc.shop.queries.money import budget_left, stock_worth

MONTHS: Final = 3


def coverage_of(community_id: UUID, *, today: date) -> Coverage:
    """The community's points against its goods and money, at the rate of the last three months."""
    since = add_months(today, -MONTHS) + timedelta(days=1)
    spent = month_totals(community_id=community_id, first=since, last=today)
    return Coverage(
        held_points=held_points(community_id=community_id),
        stock=stock_worth(community_id, today=today),
        budget_fen=budget_left(community_id),
        monthly_points=max(0, spent.exchanged - spent.refunded) // MONTHS,
    )
