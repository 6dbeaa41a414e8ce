"""Reading the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from pointsvc.audit.models import AuditEvent
from pointsvc.extensions import db
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_id, seal_cursor


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Who did what to what, when; ids, codes and numbers only."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    subject_id: UUID | None
    detail: dict[str, Any]


def page_of_events(
    community_id: UUID,
    *,
    actor_ids: Collection[UUID] | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
) -> Page[EventFacts]:
    """The trail, newest first: of these actors, of an action, in [since, until); all by default.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    wanted = _events(community_id)
    if actor_ids is not None:
        wanted = wanted.where(AuditEvent.actor_id.in_(actor_ids))
    if action is not None:
        wanted = wanted.where(AuditEvent.action == action)
    if since is not None:
        wanted = wanted.where(AuditEvent.at >= since)
    if until is not None:
        wanted = wanted.where(AuditEvent.at < until)
    if after is not None:
        wanted = wanted.where(AuditEvent.id < open_id(after))
    rows = db.session.execute(wanted.order_by(AuditEvent.id.desc()).limit(PAGE_LENGTH + 1))
    found = [EventFacts(*row) for row in rows]
    more = len(found) > PAGE_LENGTH
    return Page(found[:PAGE_LENGTH], seal_cursor(found[PAGE_LENGTH - 1].id) if more else None)


def events_about(
    community_id: UUID, subject_id: UUID, *, actions: Collection[str], since: datetime
) -> list[EventFacts]:
    """What was done to a subject after a moment: these actions, newest first."""
    wanted = _events(community_id).where(
        AuditEvent.subject_id == subject_id,
        AuditEvent.action.in_(actions),
        AuditEvent.at > since,
    )
    return [EventFacts(*row) for row in db.session.execute(wanted.order_by(AuditEvent.id.desc()))]


def events_between(
    community_id: UUID, actions: Collection[str], since: datetime, until: datetime
) -> list[EventFacts]:
    """What was done after a moment and until another: these actions, oldest first."""
    wanted = _events(community_id).where(
        AuditEvent.action.in_(actions), AuditEvent.at > since, AuditEvent.at <= until
    )
    return [EventFacts(*row) for row in db.session.execute(wanted.order_by(AuditEvent.id))]


def subjects_of(
    community_id: UUID, actor_id: UUID, action: str, *, since: datetime | None = None
) -> set[UUID | None]:
    """What somebody did an action to, ever or after a moment; None among them for nothing."""
    wanted = select(AuditEvent.subject_id).where(
        AuditEvent.community_id == community_id,
        AuditEvent.actor_id == actor_id,
        AuditEvent.action == action,
    )
    if since is not None:
        wanted = wanted.where(AuditEvent.at > since)
    return set(db.session.scalars(wanted.distinct()))


def find_last_event(community_id: UUID, action: str) -> EventFacts | None:
    """The newest event of an action."""
    wanted = _events(community_id).where(AuditEvent.action == action)
    row = db.session.execute(wanted.order_by(AuditEvent.id.desc()).limit(1)).one_or_none()
    return EventFacts(*row) if row else None


def actions_of(community_id: UUID) -> list[str]:
    """Every action that the community's trail knows."""
    wanted = select(AuditEvent.action).where(AuditEvent.community_id == community_id).distinct()
    return sorted(db.session.scalars(wanted))


def _events(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        AuditEvent.id,
        AuditEvent.at,
        AuditEvent.actor_kind,
        AuditEvent.actor_id,
        AuditEvent.action,
        AuditEvent.subject_id,
        AuditEvent.detail,
    ).where(AuditEvent.community_id == community_id)
