"""Human numbers of a community: receipts, volunteer numbers. No gap is promised, no double is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.sql.dml import ReturningUpdate

from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.models import Counter
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of


def take_numbers(*, community_id: UUID, name: str, count: int = 1) -> range:
    """The next `count` numbers. Locks the counter until commit: take it last (docs/ledger.md §3)."""
    step = {"of_community_id": community_id, "of_name": name, "count": count}
    if not (found := fetch(_step(), **step)):
        first = {"community_id": community_id, "name": name, "last": 0}
        insert_rows(Counter, [first], skip_known=True)
        found = fetch(_step(), **step)
    last: int = found[0].last
    return range(last - count + 1, last + 1)


@prepared
def _step(_among: Among) -> ReturningUpdate[tuple[int]]:
    counter = table_of(Counter)
    return (
        update(counter)
        .where(
            counter.c.community_id == bindparam("of_community_id"),
            counter.c.name == bindparam("of_name"),
        )
        .values(last=counter.c.last + bindparam("count"))
        .returning(counter.c.last)
    )
