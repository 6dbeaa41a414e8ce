"""How what was asked about people's accounts ends without a second person: stopped, taken back, too late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.members.asking import end
from pointsvc.members.asking_errors import RequestEnded
from pointsvc.members.erasure_requests import find_erasure, withdraw_erasure
from pointsvc.members.models import PersonRequest
from pointsvc.members.people_told import leave_trace, tell_asker, tell_people
from pointsvc.members.request_locks import lock_request


def stop_request(*, community_id: UUID, request_id: UUID, member_id: UUID, now: datetime) -> None:
    """Whose account it is says no; an erasure that was agreed to is taken back while it waits.

    Raises:
        NotFound: it is about others. RequestEnded: it is done, or over.
    """
    asked = lock_request(community_id, request_id)
    if member_id not in {asked.member_id, asked.into_id}:
        raise NotFound
    if asked.state == "asked":
        end(asked, "declined", now, by_id=member_id)
        others = [each for each in (asked.member_id, asked.into_id) if each != member_id]
        tell_people(asked, "request_over", others, now)
    elif _waits_to_be_done(asked):
        withdraw_erasure(community_id=community_id, member_id=member_id, by_id=member_id, now=now)
    else:
        raise RequestEnded
    leave_trace(asked, "stopped", Actor("member", member_id), now)
    tell_asker(asked, "request_stopped", now)


def withdraw_request(*, community_id: UUID, request_id: UUID, by_id: UUID, now: datetime) -> None:
    """Who asked takes it back while it waits. Raises NotFound, Forbidden, RequestEnded."""
    asked = lock_request(community_id, request_id)
    if asked.asked_by_id != by_id:
        raise Forbidden
    if asked.state != "asked":
        raise RequestEnded
    end(asked, "withdrawn", now)
    leave_trace(asked, "withdrawn", Actor("member", by_id), now)
    tell_people(asked, "request_over", [asked.member_id, asked.into_id], now)


def expire_request(*, community_id: UUID, request_id: UUID, now: datetime) -> bool:
    """End what nobody answered in time; whether it was this. Safe to repeat and in parallel."""
    asked = lock_request(community_id, request_id)
    if asked.state != "asked" or asked.expires_at > now:
        return False
    end(asked, "expired", now)
    leave_trace(asked, "expired", SYSTEM, now)
    tell_people(asked, "request_over", [asked.member_id, asked.into_id], now)
    tell_asker(asked, "request_expired", now)
    return True


def _waits_to_be_done(asked: PersonRequest) -> bool:
    """Whether this began an erasure that is not carried out yet."""
    found = find_erasure(asked.community_id, asked.member_id)
    return found is not None and found.id == asked.id


def still_stoppable(
    community_id: UUID, member_id: UUID, request_ids: Collection[UUID]
) -> set[UUID]:
    """Those of the requests about a member that they may still stop."""
    waiting = select(PersonRequest.id).where(
        PersonRequest.community_id == community_id,
        PersonRequest.id.in_(request_ids),
        PersonRequest.state == "asked",
    )
    begun = find_erasure(community_id, member_id)
    return {*db.session.scalars(waiting), *({begun.id} & set(request_ids) if begun else set())}
