"""Asking to be erased, and taking that back while it waits (PIPL art. 47, 50)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import member_actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel import outbox
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.outbox import Message
from pointsvc.members.asking_errors import SecondPersonMissing
from pointsvc.members.changes import Closing
from pointsvc.members.erasure_errors import ErasureAsked, ErasureMissing
from pointsvc.members.errors import NotActive
from pointsvc.members.locking import lock_people
from pointsvc.members.made_by import check_made_by_another
from pointsvc.members.models import ErasureRequest
from pointsvc.members.person_requests import find_request

WAIT: Final = timedelta(days=7)
LIST_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """A request that waits: whose, what becomes of the points, from when on it may be done."""

    id: UUID
    member_id: UUID
    closing: Closing
    asked_by_id: UUID
    asked_at: datetime
    due_at: datetime

    @property
    def is_own(self) -> bool:
        """Whether the person asked themself, on a phone."""
        return self.asked_by_id == self.member_id


def ask_erasure(
    *,
    community_id: UUID,
    member_id: UUID,
    closing: Closing,
    by_id: UUID,
    now: datetime,
    agreed_id: UUID | None = None,
) -> datetime:
    """Let the wait of a member who asked to be erased begin; from when it may be done.

    Nothing changes until then: points can be spent, and it can be taken back.

    Args:
        community_id: where.
        member_id: who is to be erased.
        closing: what becomes of the points.
        by_id: who asked: they themself, or a clerk who heard them.
        now: when.
        agreed_id: the request of the clerk's that a second person agreed to; it lends its id.

    Raises:
        NotFound. NotActive: merged or erased. ErasureAsked. SecondPersonMissing.
    """
    if by_id != member_id and agreed_id is None:
        raise SecondPersonMissing
    check_erasable(community_id, member_id)
    due_at = now + WAIT
    db.session.add(
        ErasureRequest(
            community_id=community_id,
            id=agreed_id or new_id(),
            member_id=member_id,
            state="asked",
            closing=closing,
            asked_by_id=by_id,
            asked_at=now,
            due_at=due_at,
        )
    )
    db.session.flush()
    _note(community_id, member_id, "members.erasure_asked", by_id, now)
    return due_at


def check_erasable(community_id: UUID, member_id: UUID) -> None:
    """Lock the member and see whether it may be asked. Raises NotFound, NotActive, ErasureAsked."""
    person = next(iter(lock_people(community_id, [member_id])), None)
    if person is None:
        raise NotFound
    if person.state not in {"active", "departed"}:
        raise NotActive
    if find_erasure(community_id, member_id) is not None:
        raise ErasureAsked


def withdraw_erasure(*, community_id: UUID, member_id: UUID, by_id: UUID, now: datetime) -> None:
    """Stay after all, and hear of it if a clerk did it. Raises ErasureMissing: none waits, or done."""
    row = lock_erasure(community_id, member_id)
    row.state, row.ended_by_id, row.ended_at = "withdrawn", by_id, now
    db.session.flush()
    _note(community_id, member_id, "members.erasure_withdrawn", by_id, now)
    if by_id != member_id:
        told = [Message(member_id, "members.erasure_taken_back", {})]
        outbox.leave_messages(community_id=community_id, messages=told, now=now)


def lock_erasure(community_id: UUID, member_id: UUID) -> ErasureRequest:
    """The request that waits, locked. Raises ErasureMissing."""
    wanted = select(ErasureRequest).where(
        ErasureRequest.community_id == community_id,
        ErasureRequest.member_id == member_id,
        ErasureRequest.state == "asked",
    )
    row = db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise ErasureMissing
    return row


def check_agreed(asked: ErasureRequest, by_id: UUID) -> None:
    """A clerk's word needs a second person's; the person's own must not be that of who carries it out.

    Raises:
        SecondPersonMissing. WayInWasYours.
    """
    community_id, member_id = asked.community_id, asked.member_id
    if asked.asked_by_id == member_id:
        check_made_by_another(
            community_id=community_id, member_id=member_id, by_id=by_id, asked_at=asked.asked_at
        )
        return
    agreed = find_request(community_id, asked.id)
    if agreed is None or agreed.state != "approved":
        raise SecondPersonMissing


def find_erasure(community_id: UUID, member_id: UUID) -> ErasureFacts | None:
    """The member's request that waits."""
    found = _waiting(community_id, ErasureRequest.member_id == member_id)
    return found[0] if found else None


def erasures_waiting(community_id: UUID) -> list[ErasureFacts]:
    """All that wait, those that may be done first before the others."""
    return _waiting(community_id)


def _waiting(community_id: UUID, *which: object) -> list[ErasureFacts]:
    columns = (getattr(ErasureRequest, name) for name in ErasureFacts.__slots__)
    rows = db.session.execute(
        select(*columns)
        .where(
            ErasureRequest.community_id == community_id,
            ErasureRequest.state == "asked",
            *which,  # type: ignore[arg-type]
        )
        .order_by(ErasureRequest.due_at, ErasureRequest.id)
        .limit(LIST_MAX)
    )
    return [ErasureFacts(*row) for row in rows]


def _note(community_id: UUID, member_id: UUID, action: str, by_id: UUID, now: datetime) -> None:
    note(
        community_id=community_id,
        actor=member_actor(by_id),
        action=action,
        subject_id=member_id,
        now=now,
    )
