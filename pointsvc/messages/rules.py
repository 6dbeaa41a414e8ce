"""Pure decisions about sending: when, how often, and when no more."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

CHANNELS: Final = ("email", "sms", "wechat")
QUIET_CHANNELS: Final = frozenset({"sms"})
QUIET_FROM: Final = time(21)
QUIET_UNTIL: Final = time(8)
ATTEMPTS_MAX: Final = 6
BACKOFF: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
# A message that nobody could hand over for so long is read in the pages, and is no news elsewhere.
NEWS_FOR: Final = timedelta(days=2)
HELD_FOR: Final = timedelta(minutes=5)


def quiet_until(channel: str, now: datetime, zone: str) -> datetime | None:
    """Until when the channel keeps still; None where it may speak."""
    if channel not in QUIET_CHANNELS:
        return None
    here = now.astimezone(ZoneInfo(zone))
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return None
    day = here.date() + timedelta(days=here.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def next_try(attempts_count: int, now: datetime) -> datetime | None:
    """When to try again after so many tries; None where it was tried often enough."""
    if attempts_count >= ATTEMPTS_MAX:
        return None
    return now + BACKOFF[min(attempts_count, len(BACKOFF)) - 1]


def is_news(created_at: datetime, now: datetime) -> bool:
    """Whether a message is still worth sending."""
    return now - created_at <= NEWS_FOR
