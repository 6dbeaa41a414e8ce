"""Leaving an audit event in the transaction of the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.models import AuditEvent
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.request_id import current_request_id


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
