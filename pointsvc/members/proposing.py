"""A clerk asks: that two accounts become one, or that somebody who wishes it is erased.

Nothing changes yet. Whose accounts they are is told at once, whatever they said about messages, and may
stop it (PIPL art. 44); those who may decide are told too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import Actor
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.ids import new_id
from pointsvc.members.asking import end
from pointsvc.members.asking_errors import RequestWaiting
from pointsvc.members.changes import Closing
from pointsvc.members.erasure_requests import check_erasable
from pointsvc.members.mergeable import check_mergeable, lock_pair
from pointsvc.members.models import PersonRequest
from pointsvc.members.people_told import leave_trace, tell_deciders, tell_people
from pointsvc.members.person_requests import about

LIVES: Final = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be done with whose account, and why: `into_id` for a merge, `closing` for an erasure."""

    member_id: UUID
    reason: str
    into_id: UUID | None = None
    closing: Closing | None = None

    @property
    def kind(self) -> Literal["merge", "erasure"]:
        """What is asked."""
        return "merge" if self.into_id else "erasure"


def propose(
    *,
    community_id: UUID,
    asked: Proposal,
    by_id: UUID,
    deciders: Collection[UUID],
    now: datetime,
) -> UUID:
    """Let it wait for a second person, for three days; the request's id.

    Locks the people by id, then what waits about them. `deciders` hold a role that may decide.

    Raises:
        RequestWaiting: something waits about one of them. Forbidden: one's own account.
        What `check_mergeable` and `check_erasable` raise.
    """
    accounts = [asked.member_id, *([asked.into_id] if asked.into_id else [])]
    if asked.into_id is not None:
        pair = lock_pair(community_id, asked.member_id, asked.into_id)
        check_mergeable(pair, by_ids=[by_id], now=now)
    elif asked.member_id == by_id:
        raise Forbidden
    else:
        check_erasable(community_id, asked.member_id)
    _make_room(community_id, accounts, now)
    row = PersonRequest(
        community_id=community_id,
        id=new_id(),
        kind=asked.kind,
        member_id=asked.member_id,
        into_id=asked.into_id,
        closing=asked.closing,
        reason=asked.reason,
        asked_by_id=by_id,
        asked_at=now,
        expires_at=now + LIVES,
        state="asked",
    )
    db.session.add(row)
    db.session.flush()
    leave_trace(row, "proposed", Actor("member", by_id), now)
    tell_people(row, f"{row.kind}_proposed", accounts, now)
    tell_deciders(row, deciders, now)
    return row.id


def _make_room(community_id: UUID, accounts: Collection[UUID], now: datetime) -> None:
    """End what nobody decided in time. Raises RequestWaiting."""
    waiting: Any = select(PersonRequest).where(
        PersonRequest.community_id == community_id, PersonRequest.state == "asked", about(accounts)
    )
    locked = waiting.order_by(PersonRequest.id).with_for_update()
    for each in db.session.scalars(locked.execution_options(populate_existing=True)).all():
        if each.expires_at > now:
            raise RequestWaiting
        end(each, "expired", now)
