"""How a request lives, whatever is asked: a supervisor is told, and answers once by their own sign-in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.kernel.asking import Asking
from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.outbox import Message
from pointsvc.kernel.permission import Caller
from pointsvc.members.queries import holders_of
from pointsvc.members.remade import check_own_hands
from pointsvc.members.second_persons import check_not_made
from pointsvc.members.telling import leave_messages
from pointsvc.organisation.choosing import chosen_by
from pointsvc.organisation.queries import grants_in, roles_of
from pointsvc.shop.errors import OwnPhoneNeeded, RequestEnded
from pointsvc.shop.rules import decide_approver


def check_own_device(caller: Caller) -> UUID:
    """Who answers does so on their own phone, not where a card signed them in. Raises OwnPhoneNeeded."""
    assert caller.id is not None
    if caller.on_device_id is not None:
        raise OwnPhoneNeeded
    return caller.id


def check_answer(
    asked: Asking,
    *,
    community_id: UUID,
    person_id: UUID,
    near: Collection[UUID],
    approve: bool,
    now: datetime,
) -> None:
    """A supervisor of another household than whoever is `near`, while it waits; the row is locked.

    Raises:
        ApproverNotAllowed. RequestEnded. WayInRemade: somebody made their way in anew.
        DeciderWasMade: who asked did, within a month, or gave them the role.
    """
    holder_id = holders_of(community_id, [person_id])[person_id]
    decide_approver(
        approver={person_id, holder_id}, roles=roles_of(community_id, person_id), others=near
    )
    if asked.state != "asked" or asked.expires_at <= now:
        raise RequestEnded
    if approve:
        check_own_hands(community_id=community_id, member_id=person_id, by_card=False, now=now)
        check_not_made(
            community_id=community_id,
            decider_id=person_id,
            chosen_by=chosen_by(community_id, person_id, ["supervisor"], now),
            asked_by_id=asked.asked_by_id,
            asked_at=asked.asked_at,
        )


def check_taken_back(asked: Asking, keeper_id: UUID) -> None:
    """Who asked may take it back while it waits. Raises Forbidden, RequestEnded."""
    if asked.asked_by_id != keeper_id:
        raise Forbidden
    if asked.state != "asked":
        raise RequestEnded


def tell_supervisors(
    community_id: UUID, near: Collection[UUID], topic: str, facts: Mapping[str, Any], now: datetime
) -> None:
    """Those who may decide: of no household that is near."""
    people = {grant.member_id for grant in grants_in(community_id, role="supervisor")}
    holders = holders_of(community_id, people)
    leave_messages(
        community_id=community_id,
        messages=[
            Message(person_id, topic, dict(facts))
            for person_id in sorted(people)
            if person_id not in near and holders[person_id] not in near
        ],
        now=now,
    )
