"""On which days what was paid for goods counts, by what was entered of it.

An invoice counts on its date; one from before the house refused it that bears a date which had not come,
on the day on which it was entered: money that left is in a month.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.clock import day_bounds, local_day
from pointsvc.shop.models import Purchase


def counted_on(bought_on: date, recorded_at: datetime, zone: str) -> date:
    """The day on which it counts."""
    return min(bought_on, local_day(recorded_at, zone))


def is_counted_between(first: date, last: date, zone: str) -> ColumnElement[bool]:
    """Whether a purchase counts on one of these days."""
    begin, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    return and_(
        Purchase.bought_on >= first,
        Purchase.recorded_at >= begin,
        or_(Purchase.bought_on <= last, Purchase.recorded_at < end),
    )


def spent_by_day(community_id: UUID, last: date, zone: str) -> list[tuple[date, int, bool]]:
    """Up to a day: the day, fen, whether it is of a sponsor's money."""
    is_sponsored = Purchase.sponsorship_id.is_not(None)
    rows = db.session.execute(
        select(
            Purchase.bought_on,
            func.sum(Purchase.total_fen),
            is_sponsored,
            func.min(Purchase.recorded_at, type_=Purchase.recorded_at.type),
        )
        .where(Purchase.community_id == community_id)
        .group_by(Purchase.bought_on, is_sponsored)
    ).all()
    early = {row[0] for row in rows if counted_on(row[0], row[3], zone) < row[0]}
    found = [(row[0], int(row[1]), bool(row[2])) for row in rows if row[0] not in early]
    return [row for row in [*found, *_one_by_one(community_id, early, zone)] if row[0] <= last]


def _one_by_one(community_id: UUID, days: set[date], zone: str) -> list[tuple[date, int, bool]]:
    if not days:
        return []
    rows = db.session.execute(
        select(
            Purchase.bought_on,
            Purchase.recorded_at,
            Purchase.total_fen,
            Purchase.sponsorship_id.is_not(None),
        ).where(Purchase.community_id == community_id, Purchase.bought_on.in_(days))
    )
    return [(counted_on(row[0], row[1], zone), int(row[2]), bool(row[3])) for row in rows]
