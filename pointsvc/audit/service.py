"""Leaving an audit event in the transaction of the trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.models import AuditEvent
from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.request_id import current_request_id


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that was done, for the trail; `request_id` names the request that asked for it."""

    actor: Actor
    action: str
    subject_id: UUID | None
    request_id: str | None
    detail: dict[str, Any] = field(default_factory=dict)


def note_all(*, community_id: UUID, traces: Sequence[Trace], now: datetime) -> None:
    """`note` for many traces, whoever asked for each, in one statement."""
    insert_rows(
        AuditEvent,
        [
            {
                "community_id": community_id,
                "id": new_id(),
                "at": now,
                "actor_kind": trace.actor.kind,
                "actor_id": trace.actor.id,
                "action": trace.action,
                "subject_id": trace.subject_id,
                "detail": trace.detail,
                "request_id": trace.request_id,
            }
            for trace in traces
        ],
    )


def note(
    *,
    community_id: UUID,
    actor: Actor,
    action: str,
    subject_id: UUID | None,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Who did what to what; `detail` holds ids, codes and numbers, never names or phones."""
    db.session.add(
        AuditEvent(
            community_id=community_id,
            id=new_id(),
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            action=action,
            subject_id=subject_id,
            detail=detail or {},
            request_id=current_request_id(),
        )
    )
