"""Which two accounts may become one, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.members.erasure_errors import MergeRefused, StillOpen
from pointsvc.members.erasure_requests import find_erasure
from pointsvc.members.errors import NotActive
from pointsvc.members.lately import near_homes
from pointsvc.members.locking import lock_people
from pointsvc.members.models import Member

TWO: Final = 2


def lock_pair(community_id: UUID, from_id: UUID, into_id: UUID) -> Sequence[Member]:
    """The two, locked by id. Raises MergeRefused: one and the same. NotFound."""
    if from_id == into_id:
        raise MergeRefused
    people = lock_people(community_id, [from_id, into_id])
    if len(people) != TWO:
        raise NotFound
    return people


def check_mergeable(people: Sequence[Member], *, by_ids: Sequence[UUID], now: datetime) -> None:
    """Whether these two, who are locked, may become one by the hands of these.

    Raises:
        NotActive: one of them is merged, erased or gone: of two at once, the other way round, the
        second is refused.
        MergeRefused: it is the account of who asks or agrees, or of somebody of their household,
        now or within the month.
        StillOpen: one of them asked to be erased, and would take the other's points along.
    """
    community_id, ids = people[0].community_id, [each.id for each in people]
    if set(by_ids) & set(ids):
        raise MergeRefused
    if any(each.state != "active" for each in people):
        raise NotActive
    if any(find_erasure(community_id, each) is not None for each in ids):
        raise StillOpen(what=_("注销申请"))
    if near_homes(community_id, ids, now) & near_homes(community_id, by_ids, now):
        raise MergeRefused


def is_alike(one: Member, other: Member) -> bool:
    """The same name, and no phone that the other has not; no two active people share one (H1).

    A phone that goes over opens the survivor's account, so one that only one of them has differs too.
    """
    return one.name == other.name and one.phone_cipher is None and other.phone_cipher is None
