"""From which day on something counts together: a day, a month, an exchange window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, Literal
from uuid import UUID

WindowKind = Literal["day", "month", "exchange"]
Opened = Callable[[UUID, UUID, date], date | None]


def no_windows(_community_id: UUID, _shop_id: UUID, _on: date) -> date | None:
    """A shop that is always open has no exchange windows."""
    return None


# Who plans exchange windows answers here: the first day of the shop's window that holds this day.
exchange_window: Final[list[Opened]] = [no_windows]


def window_start(community_id: UUID, shop_id: UUID, kind: WindowKind, on: date) -> date:
    """The first day of the window; without exchange windows each day is its own."""
    if kind == "month":
        return on.replace(day=1)
    if kind == "exchange":
        return exchange_window[0](community_id, shop_id, on) or on
    return on
