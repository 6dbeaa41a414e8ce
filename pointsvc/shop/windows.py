"""From which day on something counts together: a day, a month, an exchange window."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import day_bounds, local_day
from pointsvc.shop.models import ExchangeDay, ExchangeSlot

WindowKind = Literal["day", "month", "exchange"]


def window_start(community_id: UUID, shop_id: UUID, kind: WindowKind, on: date) -> date:
    """The first day of the window that holds this day."""
    if kind == "month":
        return on.replace(day=1)
    if kind == "exchange":
        return exchange_window_start(community_id, shop_id, on)
    return on


def exchange_window_start(community_id: UUID, shop_id: UUID, on: date) -> date:
    """The first day of the shop's exchange window: the draw of an exchange day, until its last slot.

    Between exchange days the shop is always open, and each day is a window.
    """
    zone = get_community(community_id).zone
    begins, ends = day_bounds(on, zone)
    of_slots = (ExchangeSlot.community_id == ExchangeDay.community_id) & (
        ExchangeSlot.day_id == ExchangeDay.id
    )
    windows = (
        select(ExchangeDay.wishes_close_at)
        .join(ExchangeSlot, of_slots)
        .where(
            ExchangeDay.community_id == community_id,
            ExchangeDay.shop_id == shop_id,
            ExchangeDay.state != "cancelled",
            ExchangeDay.wishes_close_at < ends,
        )
        .group_by(ExchangeDay.id, ExchangeDay.wishes_close_at)
        .having(func.max(ExchangeSlot.ends_at) > begins)
    )
    return min([on, *(local_day(drawn_at, zone) for drawn_at in db.session.scalars(windows))])
