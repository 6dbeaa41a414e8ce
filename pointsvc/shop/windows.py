"""From which day on something counts together: a day, a month, an exchange window."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

WindowKind = Literal["day", "month", "exchange"]


def window_start(community_id: UUID, shop_id: UUID, kind: WindowKind, on: date) -> date:
    """The first day of the window that holds this day."""
    if kind == "month":
        return on.replace(day=1)
    if kind == "exchange":
        return exchange_window_start(community_id, shop_id, on)
    return on


def exchange_window_start(community_id: UUID, shop_id: UUID, on: date) -> date:  # noqa: ARG001
    """The first day of the shop's exchange window; in a shop that is always open, the day itself.

    The one place to ask whoever plans exchange windows.
    """
    return on
