"""Reading what is asked about people's accounts: one, those that wait, who may decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.lately import homes_of, near_homes
from pointsvc.members.models import PersonRequest

LISTED_MAX: Final = 50
STOPPABLE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """A request as it stands; see `models.PersonRequest` and `state_at`."""

    id: UUID
    kind: str
    member_id: UUID
    into_id: UUID | None
    closing: str | None
    reason: str
    asked_by_id: UUID
    asked_at: datetime
    expires_at: datetime
    state: str
    decided_by_id: UUID | None
    ended_at: datetime | None
    answer: str | None

    @property
    def accounts(self) -> set[UUID]:
        """Whose accounts it is about."""
        return {self.member_id, *([self.into_id] if self.into_id else [])}

    @property
    def is_stopped(self) -> bool:
        """Whether the person themself said no."""
        return self.state == "declined" and self.decided_by_id in self.accounts

    @property
    def agreeable_at(self) -> datetime:
        """From when somebody may agree (`agreeable_from`)."""
        return agreeable_from(self.into_id, self.asked_at)

    def state_at(self, now: datetime) -> str:
        """The state, where nobody decided in time `expired`, where the person said no `stopped`."""
        if self.is_stopped:
            return "stopped"
        return "expired" if self.state == "asked" and self.expires_at <= now else self.state


def agreeable_from(into_id: UUID | None, asked_at: datetime) -> datetime:
    """Before somebody's points go to another account they have a day to say no; an erasure waits after it."""
    return asked_at + STOPPABLE if into_id else asked_at


def get_request(community_id: UUID, request_id: UUID) -> PersonAsked:
    """The request. Raises NotFound."""
    found = find_request(community_id, request_id)
    if found is None:
        raise NotFound
    return found


def find_request(community_id: UUID, request_id: UUID) -> PersonAsked | None:
    """The request of this id."""
    found = _read(community_id, PersonRequest.id == request_id)
    return found[0] if found else None


def waiting_requests(community_id: UUID, now: datetime) -> list[PersonAsked]:
    """Those that wait for a second person, the newest first; at most 50."""
    return _read(community_id, *_waits(now))


def ended_requests(community_id: UUID, now: datetime) -> list[PersonAsked]:
    """The last 50 that came to an end."""
    ended = or_(PersonRequest.state != "asked", PersonRequest.expires_at <= now)
    return _read(community_id, ended)


def waiting_about(community_id: UUID, ids: Collection[UUID], now: datetime) -> list[PersonAsked]:
    """What waits about these accounts."""
    return _read(community_id, *_waits(now), about(ids))


def count_requests(community_id: UUID, now: datetime) -> int:
    """How many wait."""
    of = PersonRequest.community_id == community_id
    wanted = select(func.count()).select_from(PersonRequest).where(of, *_waits(now))
    return db.session.scalar(wanted) or 0


def about(ids: Collection[UUID]) -> ColumnElement[bool]:
    """Whether a request is about one of these accounts."""
    return or_(PersonRequest.member_id.in_(ids), PersonRequest.into_id.in_(ids))


def far_from(
    community_id: UUID, near: Iterable[UUID], people: Collection[UUID], asked_at: datetime
) -> list[UUID]:
    """Those of the people who are none of these, nor of their households of the month before it."""
    close = near_homes(community_id, near, asked_at)
    return sorted(
        each
        for each, homes in homes_of(community_id, people, asked_at).items()
        if not homes & close
    )


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (PersonRequest.state == "asked", PersonRequest.expires_at > now)


def _read(community_id: UUID, *which: ColumnElement[bool]) -> list[PersonAsked]:
    columns: list[Any] = [getattr(PersonRequest, each.name) for each in fields(PersonAsked)]
    rows = db.session.execute(
        select(*columns)
        .where(PersonRequest.community_id == community_id, *which)
        .order_by(PersonRequest.id.desc())
        .limit(LISTED_MAX)
    )
    return [PersonAsked(*row) for row in rows]
