"""Pure decisions about calendars: how far they reach, and how an occasion stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

BACK: Final = timedelta(days=30)
AHEAD: Final = timedelta(days=180)
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something in a calendar; `sequence` grows whenever its times change (RFC 5545 §3.8.7.4)."""

    id: UUID
    title: str
    place: str
    lines: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    status: Status
    sequence: int
    modified_at: datetime


def reach(today: date) -> tuple[date, date]:
    """The first and the last day that a calendar shows."""
    return today - BACK, today + AHEAD


def status_of(*, is_cancelled: bool, is_mine: bool) -> Status:
    """Cancelled ones stay in, so that a phone strikes them out; what one has not joined is tentative."""
    if is_cancelled:
        return "CANCELLED"
    return "CONFIRMED" if is_mine else "TENTATIVE"
