"""Human numbers of a community: receipts, volunteer numbers. No gap is promised, no double is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from pointsvc.extensions import db
from pointsvc.kernel.models import Counter
from pointsvc.kernel.outcomes import insert_once


def take_numbers(*, community_id: UUID, name: str, count: int = 1) -> range:
    """The next `count` numbers. Locks the counter until commit: take it last (docs/ledger.md §3)."""
    where = (Counter.community_id == community_id, Counter.name == name)
    step = update(Counter).where(*where).values(last=Counter.last + count)
    if not db.session.execute(step).rowcount:  # type: ignore[attr-defined]
        insert_once(Counter, [{"community_id": community_id, "name": name, "last": 0}])
        db.session.execute(step)
    last = db.session.execute(select(Counter.last).where(*where)).scalar_one()
    return range(last - count + 1, last + 1)
