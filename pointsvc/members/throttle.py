"""Throttles: failures of a phone, a card or an address, counted across processes.

Only failures count, and counting commits by itself: a refused sign-in leaves this row and nothing
else. A throttle is asked before a password is checked, which takes 85 ms of a processor, and again
after it, so that guesses sent at once gain nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from pointsvc.extensions import db
from pointsvc.kernel.one_time import digits_hashes
from pointsvc.kernel.outcomes import insert_once
from pointsvc.kernel.ring import current_ring
from pointsvc.kernel.transaction import transact
from pointsvc.members.errors import TooManyFailures
from pointsvc.members.models import Throttle

WINDOW: Final = timedelta(minutes=15)

KEPT: Final = timedelta(days=1)
_MINUTE: Final = 60

Scope = Literal["phone", "card", "address", "feed", "feed_address", "gift_address"]
# A feed's are no failures: a calendar that asks more than twice a minute is broken, or not alone.
# Wrong feeds of an address are counted by themselves: another site's page can make its reader ask for them.
LIMITS: Final[dict[Scope, int]] = {
    "phone": 5,
    "card": 5,
    "address": 50,
    "feed": 30,
    "feed_address": 50,
    "gift_address": 50,
}


@dataclass(frozen=True, slots=True)
class Watched:
    """What failures are counted for; `subject` is an HMAC, never the phone or address itself."""

    scope: Scope
    subject: bytes


def watched(scope: Scope, text: str) -> Watched:
    """A phone's digits, a member's id, or an address, made unreadable."""
    return Watched(scope, digits_hashes(current_ring(), text, f"throttle:{scope}".encode())[0])


def check_throttles(subjects: Sequence[Watched], *, now: datetime) -> None:
    """Let a try through, or refuse it: five failures a phone or card, fifty an address in 15 min.

    Raises:
        TooManyFailures: with the minutes until the oldest failure is forgotten.
    """
    match = or_(*(_is(subject) for subject in subjects))
    rows = db.session.execute(
        select(
            Throttle.scope,
            func.sum(Throttle.failures).label("failures"),
            func.min(Throttle.window_at).label("oldest"),
        )
        .where(match, Throttle.window_at > now - WINDOW)
        .group_by(Throttle.scope, Throttle.subject)
    )
    for row in rows:
        if row.failures >= LIMITS[row.scope]:
            wait = (row.oldest + WINDOW - now).total_seconds()
            raise TooManyFailures(minutes=max(1, math.ceil(wait / _MINUTE)))


def count_failure(subjects: Sequence[Watched], *, now: datetime, times: int = 1) -> None:
    """Count a failure, or several, for each subject, in a transaction of its own."""
    transact(lambda: _count(subjects, now, times))


def prune_throttles(*, now: datetime) -> int:
    """Forget failures of yesterday and before; how many rows."""
    gone = db.session.execute(delete(Throttle).where(Throttle.window_at < now - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _count(subjects: Sequence[Watched], now: datetime, times: int) -> None:
    window_at = now.replace(second=0, microsecond=0)
    for subject in sorted(subjects, key=lambda one: (one.scope, one.subject)):
        row = {
            "scope": subject.scope,
            "subject": subject.subject,
            "window_at": window_at,
            "failures": times,
        }
        if not insert_once(Throttle, [row]):
            db.session.execute(
                update(Throttle)
                .where(_is(subject), Throttle.window_at == window_at)
                .values(failures=Throttle.failures + times)
            )


def _is(subject: Watched) -> ColumnElement[bool]:
    return and_(Throttle.scope == subject.scope, Throttle.subject == subject.subject)
