"""When something periodic ended last, and how: jobs and verifications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select, update

from pointsvc.extensions import db
from pointsvc.kernel.models import Lease
from pointsvc.kernel.outcomes import insert_once

HowItEnded = Literal["done", "failed"]
NAMES_MAX: Final = 200
VERIFY: Final = "ledger.verify"


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest end of each kind; None where there was none."""

    done_at: datetime | None = None
    failed_at: datetime | None = None


def note_run(*, name: str, ended: HowItEnded, by: str, now: datetime) -> None:
    """Write down that `name` was done, or failed, just now; the one before is forgotten."""
    row = {"name": f"{name} {ended}", "holder": by, "until": now}
    if not insert_once(Lease, [row]):
        db.session.execute(
            update(Lease).where(Lease.name == row["name"]).values(holder=by, until=now)
        )


def last_runs() -> Mapping[str, LastRun]:
    """The last end of everything that was noted, by name; bounded."""
    wanted = Lease.name.like("% done") | Lease.name.like("% failed")
    rows = db.session.execute(select(Lease.name, Lease.until).where(wanted).limit(NAMES_MAX))
    found: dict[str, dict[str, datetime]] = {}
    for key, until in rows:
        name, _space, ended = key.partition(" ")
        found.setdefault(name, {})[f"{ended}_at"] = until
    return {name: LastRun(**ends) for name, ends in found.items()}


def held_leases(*, now: datetime) -> Mapping[str, datetime]:
    """What runs just now, and until when its runner may; what was killed is here until then."""
    rows = db.session.execute(
        select(Lease.name, Lease.until).where(Lease.until > now).limit(NAMES_MAX)
    )
    return {name: until for name, until in rows if " " not in name}
