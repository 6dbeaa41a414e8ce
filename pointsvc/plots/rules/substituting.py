"""Pure decisions about substitution: whom one asks, until when a leader may say no."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

CIRCLES: Final = ("substitutes", "group", "community")  # each holds the one before
REASONS: Final = ("ill", "travel", "family", "other")
# Who took a duty on must know that it stands well before they leave home.
SETTLED_BEFORE: Final = timedelta(hours=2)


def is_wider(circle: str, than: str) -> bool:
    """Whether one circle holds the other and more."""
    return CIRCLES.index(circle) > CIRCLES.index(than)


def first_circle(*, has_substitutes: bool, has_group: bool) -> str:
    """The smallest circle in which there is anybody to ask."""
    if has_substitutes:
        return "substitutes"
    return "group" if has_group else "community"


def veto_until(*, taken_at: datetime, starts_at: datetime, hours: int) -> datetime | None:
    """Until when the leader may say no to who took it: so many hours, or two before it begins.

    None where that has passed already, or the community wants no veto.
    """
    until = min(taken_at + timedelta(hours=hours), starts_at - SETTLED_BEFORE)
    return until if until > taken_at else None
