"""Who may be the second person, once: none whom the first one made, and none of their homes (L15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pointsvc.kernel.permission import Caller
from pointsvc.members.asking_errors import (
    AskerGone,
    DeciderNotAllowed,
    DeciderWasMade,
    OwnDeviceNeeded,
)
from pointsvc.members.made_by import was_made_by
from pointsvc.members.models import PersonRequest
from pointsvc.members.person_requests import far_from
from pointsvc.members.queries import active_ids
from pointsvc.members.remade import check_own_hands


@dataclass(frozen=True, slots=True)
class Decider:
    """Who answers: a member with a role that may, or an operator at the server.

    `chosen_by` gave them of late the only role by which they may; `accounts` are those of an operator
    in the community.
    """

    id: UUID
    kind: Literal["member", "operator"] = "member"
    chosen_by: UUID | None = None
    accounts: tuple[UUID, ...] = ()


def decider_here(caller: Caller, chosen_by: UUID | None = None) -> Decider:
    """The caller, on a device of their own. Raises OwnDeviceNeeded."""
    assert caller.id is not None, "who may decide is signed in"
    if caller.on_device_id is not None:
        raise OwnDeviceNeeded
    return Decider(caller.id, chosen_by=chosen_by)


def check_far(asked: PersonRequest, decider: Decider) -> None:
    """By none of their accounts who asked, whose it is, or a household of theirs.

    Raises:
        DeciderNotAllowed.
    """
    near = {asked.asked_by_id, asked.member_id, *([asked.into_id] if asked.into_id else [])}
    who = [decider.id, *decider.accounts]
    if len(far_from(asked.community_id, near, who, asked.asked_at)) < len(who):
        raise DeciderNotAllowed


def check_asker(asked: PersonRequest) -> None:
    """Who asked is still there. Raises AskerGone."""
    if asked.asked_by_id not in active_ids(asked.community_id, [asked.asked_by_id]):
        raise AskerGone


def check_hands(asked: PersonRequest, decider: Decider, now: datetime) -> None:
    """A member who agrees does so by their own hands. Raises WayInRemade, DeciderWasMade."""
    if decider.kind != "member":
        return
    check_own_hands(community_id=asked.community_id, member_id=decider.id, by_card=False, now=now)
    check_not_made(
        community_id=asked.community_id,
        decider_id=decider.id,
        chosen_by=decider.chosen_by,
        asked_by_id=asked.asked_by_id,
        asked_at=asked.asked_at,
    )


def check_not_made(
    *,
    community_id: UUID,
    decider_id: UUID,
    chosen_by: UUID | None,
    asked_by_id: UUID,
    asked_at: datetime,
) -> None:
    """Who asked neither made the way in of who agrees, their first one too, nor gave them the role.

    Raises:
        DeciderWasMade.
    """
    if chosen_by == asked_by_id or was_made_by(community_id, decider_id, asked_by_id, asked_at):
        raise DeciderWasMade
