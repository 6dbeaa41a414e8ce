"""A second person's word on what somebody asked to correct (L15)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pointsvc.checkin.errors import DecidedBefore, OwnHousehold, SecondPersonNeeded
from pointsvc.checkin.models import AttendanceCorrection, DropCorrection
from pointsvc.kernel.permission import Caller
from pointsvc.members.queries import holders_of
from pointsvc.members.remade import check_own_hands


def agree(
    asked: AttendanceCorrection | DropCorrection,
    *,
    community_id: UUID,
    caller: Caller,
    member_id: UUID,
    approve: bool,
    now: datetime,
) -> None:
    """Approve or decline what was asked about a member; `asked` is locked by the caller.

    Raises:
        DecidedBefore. SecondPersonNeeded: who asked may not decide. OwnHousehold.
        WayInRemade: somebody else made the caller's way in anew, and they approve.
    """
    assert caller.id is not None
    if asked.state != "requested":
        raise DecidedBefore
    if asked.requested_by_id == caller.id:
        raise SecondPersonNeeded
    check_other_household(community_id, caller.id, member_id)
    if approve:
        check_own_hands(
            community_id=community_id,
            member_id=caller.id,
            by_card=caller.on_device_id is not None,
            now=now,
        )
    asked.state = "approved" if approve else "declined"
    asked.decided_by_id, asked.decided_at = caller.id, now


def check_other_household(community_id: UUID, person_id: UUID, member_id: UUID) -> None:
    """Raises OwnHousehold where they are one person or live together."""
    holders = holders_of(community_id, [person_id, member_id])
    if holders[person_id] == holders[member_id]:
        raise OwnHousehold
