"""What an operator watches, read from the database: bounded reads, no person in any answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from pointsvc.checkin.models import Attendance, AttendanceCorrection, Backfill, DropCorrection
from pointsvc.communities.models import Community
from pointsvc.extensions import db
from pointsvc.kernel.models import OutboxMessage
from pointsvc.members.models import Throttle
from pointsvc.members.throttle import LIMITS, WINDOW
from pointsvc.messages.queries import deliveries_in

COUNT_MAX: Final = 10_000
_ASKED: Final[dict[str, Any]] = {
    "attendance": AttendanceCorrection,
    "drop": DropCorrection,
    "backfill": Backfill,
}


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and since when the oldest does."""

    count: int
    oldest_at: datetime | None


def open_stays() -> Queue:
    """Who is checked in now; a stay is closed by itself after its shift."""
    return _queue(Attendance, Attendance.in_at, Attendance.state == "open")


def approvals() -> Iterator[tuple[str, Queue]]:
    """What waits for a second person, by kind."""
    for kind, model in _ASKED.items():
        yield kind, _queue(model, model.requested_at, model.state == "requested")


def waiting_messages() -> Queue:
    """Messages that nobody took up for sending and nobody read; counted to COUNT_MAX."""
    waiting = (
        select(OutboxMessage.created_at)
        .where(OutboxMessage.community_id.in_(select(Community.id)))
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.read_at.is_(None))
        .limit(COUNT_MAX)
        .subquery()
    )
    return Queue(*db.session.execute(select(func.count(), func.min(waiting.c.created_at))).one())


def waiting_deliveries() -> Queue:
    """What waits to leave the house, or is on its way."""
    waiting = deliveries_in("waiting", "sending")
    return Queue(waiting.count, waiting.oldest_at)


def dead_deliveries() -> Queue:
    """What did not get through, however often it was tried."""
    dead = deliveries_in("dead")
    return Queue(dead.count, dead.oldest_at)


def throttled(now: datetime) -> dict[str, int]:
    """How many phones, cards and addresses are kept out just now, for too many failures."""
    limits: dict[str, int] = {str(scope): most for scope, most in LIMITS.items()}
    found = dict.fromkeys(limits, 0)
    rows = db.session.execute(
        select(Throttle.scope, func.sum(Throttle.failures))
        .where(Throttle.window_at > now - WINDOW)
        .group_by(Throttle.scope, Throttle.subject)
        .limit(COUNT_MAX)
    )
    for scope, failures in rows:
        found[scope] = found.get(scope, 0) + (failures >= limits.get(scope, 0))
    return found


def _queue(model: Any, since: Any, which: ColumnElement[bool]) -> Queue:
    """The rows of all communities in this state, by the index that begins with the community."""
    everywhere = model.community_id.in_(select(Community.id))
    return Queue(
        *db.session.execute(select(func.count(), func.min(since)).where(everywhere, which)).one()
    )
