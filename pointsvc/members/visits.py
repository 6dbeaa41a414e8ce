"""Visits: who is signed in where; only the hash of a visit's token is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.one_time import new_token, token_hash
from pointsvc.members.models import SignIn

LIFETIME: Final = timedelta(days=30)
DEVICE_LIFETIME: Final = timedelta(days=3650)
ON_DEVICE_LIFETIME: Final = timedelta(hours=12)
ON_DEVICE_IDLE_SECONDS: Final = 60
SEEN_EVERY: Final = timedelta(seconds=60)
SEEN_EVERY_IDLE: Final = timedelta(seconds=10)
AGENT_LENGTH_MAX: Final = 200
LIST_MAX: Final = 100

SubjectKind = Literal["member", "operator", "device"]


@dataclass(frozen=True, slots=True)
class OpenedVisit:
    """A new visit; the token is shown this once."""

    id: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A live visit, for its owner's list."""

    id: UUID
    agent: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_on_device: bool


def open_visit(
    *,
    subject_kind: SubjectKind,
    subject_id: UUID,
    community_id: UUID | None,
    agent: str,
    now: datetime,
    on_device_id: UUID | None = None,
    is_proved: bool = False,
    is_withheld: bool = False,
) -> OpenedVisit:
    """Sign somebody in: 30 days; at a shared device 12 hours, or 60 s without a request.

    `is_proved`: a second step was proved just now. `is_withheld`: one is asked of a role and is not
    set up, so the visit opens nothing beyond a volunteer's.
    """
    token = new_token()
    lifetime = ON_DEVICE_LIFETIME if on_device_id else LIFETIME
    lifetime = DEVICE_LIFETIME if subject_kind == "device" else lifetime
    visit = SignIn(
        token_hash=token_hash(token),
        id=new_id(),
        subject_kind=subject_kind,
        subject_id=subject_id,
        community_id=community_id,
        on_device_id=on_device_id,
        agent=agent[:AGENT_LENGTH_MAX],
        created_at=now,
        last_seen_at=now,
        expires_at=now + lifetime,
        idle_seconds=ON_DEVICE_IDLE_SECONDS if on_device_id else None,
        proved_at=now if is_proved else None,
        withheld_at=now if is_withheld else None,
    )
    db.session.add(visit)
    db.session.flush()
    return OpenedVisit(visit.id, token, visit.expires_at)


def is_due(last_seen_at: datetime, idle_seconds: int | None, now: datetime) -> bool:
    """Whether it is time to write down again that the visit was seen."""
    every = SEEN_EVERY if idle_seconds is None else SEEN_EVERY_IDLE
    return now - last_seen_at >= every


def see_visit(*, visit_id: UUID, now: datetime) -> None:
    """Write down that the visit was seen."""
    db.session.execute(update(SignIn).where(SignIn.id == visit_id).values(last_seen_at=now))


def prove_visit(*, visit_id: UUID, now: datetime) -> None:
    """Write down that a second step was proved in the visit: nothing is withheld from it."""
    db.session.execute(
        update(SignIn).where(SignIn.id == visit_id).values(proved_at=now, withheld_at=None)
    )


def proved_at(visit_id: UUID) -> datetime | None:
    """When a second step was last proved in the visit."""
    return db.session.scalar(select(SignIn.proved_at).where(SignIn.id == visit_id))


def visits_of(subject_id: UUID, *, now: datetime) -> list[VisitFacts]:
    """The live visits of a member or operator, last seen first; at most 100."""
    rows = db.session.scalars(
        select(SignIn)
        .where(
            SignIn.subject_id == subject_id,
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > now,
        )
        .order_by(SignIn.last_seen_at.desc(), SignIn.id)
        .limit(LIST_MAX)
    )
    return [
        VisitFacts(
            row.id,
            row.agent,
            row.created_at,
            row.last_seen_at,
            row.expires_at,
            row.on_device_id is not None,
        )
        for row in rows
        if row.idle_seconds is None or now - row.last_seen_at <= timedelta(seconds=row.idle_seconds)
    ]


def end_visit(*, subject_id: UUID, visit_id: UUID, now: datetime) -> None:
    """End one's own visit; ending it twice is ending it once. Raises NotFound."""
    found = db.session.execute(
        select(SignIn.id).where(SignIn.id == visit_id, SignIn.subject_id == subject_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    db.session.execute(
        update(SignIn)
        .where(SignIn.id == visit_id, SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_visits_of(*, subject_id: UUID, now: datetime, but: UUID | None = None) -> None:
    """End every visit of a member, operator or device, the one named left alone."""
    ending = update(SignIn).where(SignIn.subject_id == subject_id, SignIn.revoked_at.is_(None))
    if but is not None:
        ending = ending.where(SignIn.id != but)
    db.session.execute(ending.values(revoked_at=now))


def end_visits_on(*, device_id: UUID, now: datetime) -> None:
    """End every visit that somebody opened with a card on a device."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.on_device_id == device_id, SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )
