"""The second person's word on what a clerk asked about people's accounts (L15, docs/ledger.md §6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, cast
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.members.asking import end
from pointsvc.members.asking_errors import RequestEnded, RequestTooNew
from pointsvc.members.changes import Closing, Follow
from pointsvc.members.erasure_requests import ask_erasure
from pointsvc.members.merging import merge_members
from pointsvc.members.models import PersonRequest
from pointsvc.members.people_told import leave_trace, tell_asker, tell_people
from pointsvc.members.person_requests import agreeable_from
from pointsvc.members.request_locks import lock_request
from pointsvc.members.second_persons import Decider, check_asker, check_far, check_hands


def decide_request(
    *,
    community_id: UUID,
    request_id: UUID,
    decider: Decider,
    approve: bool,
    answer: str | None,
    rooms: Sequence[Follow],
    now: datetime,
    today: date,
) -> None:
    """Agree: two accounts are merged at once, or an erasure's wait begins. Or decline, with the reason.

    Locks the people by id, then the request, then what a merge locks.

    Raises:
        NotFound. RequestEnded. RequestTooNew: a merge, within a day.
        DeciderNotAllowed: who asked, the person, or their households. DeciderWasMade: by who asked.
        AskerGone: who asked is not in the register any more.
        WayInRemade: somebody made the decider's way in anew. What the deed raises: then it waits on.
    """
    asked = lock_request(community_id, request_id)
    if asked.state != "asked" or asked.expires_at <= now:
        raise RequestEnded
    if approve and now < agreeable_from(asked.into_id, asked.asked_at):
        raise RequestTooNew
    check_far(asked, decider)
    if approve:
        check_asker(asked)
        check_hands(asked, decider, now)
    state: Literal["approved", "declined"] = "approved" if approve else "declined"
    end(asked, state, now, by_id=decider.id, answer=answer)
    leave_trace(asked, state, Actor(decider.kind, decider.id), now)
    if approve:
        _carry_out(asked, rooms, now, today)
    else:
        tell_people(asked, "request_over", [asked.member_id, asked.into_id], now)
    tell_asker(asked, f"request_{state}", now)


def _carry_out(asked: PersonRequest, rooms: Sequence[Follow], now: datetime, today: date) -> None:
    if asked.into_id is None:
        ask_erasure(
            community_id=asked.community_id,
            member_id=asked.member_id,
            closing=cast("Closing", asked.closing),
            by_id=asked.asked_by_id,
            now=now,
            agreed_id=asked.id,
        )
        tell_people(asked, "erasure_agreed", [asked.member_id], now)
        return
    merge_members(
        community_id=asked.community_id,
        from_id=asked.member_id,
        into_id=asked.into_id,
        by_id=asked.asked_by_id,
        agreed_by_id=asked.decided_by_id,
        rooms=rooms,
        now=now,
        today=today,
    )
    tell_people(asked, "merge_agreed", [asked.into_id], now)
