"""Leases: one runner at a time for a piece of work, for a bounded time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, update

from pointsvc.extensions import db
from pointsvc.kernel.models import Lease
from pointsvc.kernel.outcomes import insert_once

LEASE: Final = timedelta(minutes=10)


def take_lease(*, name: str, holder: str, now: datetime, lasting: timedelta = LEASE) -> bool:
    """Take the lease when it is free, run out, or ours; whether we hold it now."""
    until = now + lasting
    row = {"name": name, "holder": holder, "until": until}
    if insert_once(Lease, [row]):
        return True
    free = or_(Lease.until <= now, Lease.holder == holder)
    taken = db.session.execute(
        update(Lease).where(Lease.name == name, free).values(holder=holder, until=until)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def give_lease_back(*, name: str, holder: str) -> None:
    """Let the next runner have it at once."""
    db.session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
