"""Two accounts of one person become one: the younger number ends, everything goes on under the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from pointsvc.audit.actors import member_actor
from pointsvc.audit.service import note
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.members import going_over
from pointsvc.members.changes import Follow, Merge
from pointsvc.members.erasure_errors import MergeRefused, StillOpen
from pointsvc.members.erasure_requests import find_erasure
from pointsvc.members.errors import NotActive
from pointsvc.members.locking import lock_people
from pointsvc.members.queries import holders_of

TWO: Final = 2


def merge_members(
    *,
    community_id: UUID,
    from_id: UUID,
    into_id: UUID,
    by_id: UUID,
    rooms: Sequence[Follow],
    now: datetime,
    today: date,
) -> None:
    """Merge `from_id` into `into_id`: points by date and kind, minutes, what is open, card and phone.

    What was done stays under the number under which it was done, and names the survivor. Locks the
    two people by id; so nothing of theirs is written meanwhile. Then each room locks in its turn
    (docs/ledger.md §3). Nobody merges for themself or their household (L15): points go over.

    Raises:
        NotFound. NotActive: one of them is merged, erased or gone: of two at once, the other
        way round, the second is refused.
        MergeRefused: the same person, the clerk themself, or somebody of the clerk's household.
        StillOpen: one of them asked to be erased, and would take the other's points along.
        What a room refuses.
    """
    if from_id == into_id or by_id in {from_id, into_id}:
        raise MergeRefused
    people = lock_people(community_id, [from_id, into_id])
    if len(people) != TWO:
        raise NotFound
    if any(each.state != "active" for each in people):
        raise NotActive
    if any(find_erasure(community_id, each) is not None for each in (from_id, into_id)):
        raise StillOpen(what=_("注销申请"))
    holders = holders_of(community_id, [from_id, into_id, by_id])
    if holders[by_id] in {holders[from_id], holders[into_id]}:
        raise MergeRefused
    merge = Merge(
        community_id, from_id, into_id, holders[from_id], holders[into_id], by_id, now, today
    )
    merge = going_over.settle_household(merge)
    for follow in rooms:
        follow(merge)
    going_over.follow(merge)
    note(
        community_id=community_id,
        actor=member_actor(by_id),
        action="members.merged",
        subject_id=into_id,
        now=now,
        detail={"merged": str(from_id)},
    )
