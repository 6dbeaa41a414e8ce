"""Two accounts of one person become one: the younger number ends, everything goes on under the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pointsvc.audit.actors import member_actor
from pointsvc.audit.service import note
from pointsvc.members import going_over
from pointsvc.members.asking_errors import SecondPersonMissing
from pointsvc.members.changes import Follow, Merge
from pointsvc.members.mergeable import check_mergeable, is_alike, lock_pair
from pointsvc.members.queries import holders_of


def merge_members(
    *,
    community_id: UUID,
    from_id: UUID,
    into_id: UUID,
    by_id: UUID,
    rooms: Sequence[Follow],
    now: datetime,
    today: date,
    agreed_by_id: UUID | None = None,
) -> None:
    """Merge `from_id` into `into_id`: points by date and kind, minutes, what is open, card and phone.

    What was done stays under the number under which it was done, and names the survivor. Locks the
    two people by id; so nothing of theirs is written meanwhile. Then each room locks in its turn
    (docs/ledger.md §3). Nobody merges for themself or their household, and where there is anything
    to gain, nobody alone (L15).

    Raises:
        What `check_mergeable` raises for who asks and who agreed. What a room refuses.
        SecondPersonMissing: nobody agreed, and names or phones differ, or either has points or minutes.
    """
    people = lock_pair(community_id, from_id, into_id)
    check_mergeable(people, by_ids=[by_id, *([agreed_by_id] if agreed_by_id else [])], now=now)
    if agreed_by_id is None and not is_alike(*people):
        raise SecondPersonMissing
    holders = holders_of(community_id, [from_id, into_id])
    merge = Merge(
        community_id,
        from_id,
        into_id,
        holders[from_id],
        holders[into_id],
        by_id,
        now,
        today,
        agreed_by_id,
    )
    merge = going_over.settle_household(merge)
    for follow in rooms:
        follow(merge)
    going_over.follow(merge)
    agreed = {"agreed_by": str(agreed_by_id)} if agreed_by_id else {}
    note(
        community_id=community_id,
        actor=member_actor(by_id),
        action="members.merged",
        subject_id=into_id,
        now=now,
        detail={"merged": str(from_id), **agreed},
    )
