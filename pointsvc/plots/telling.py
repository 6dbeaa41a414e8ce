"""Leaving traces and messages about plots: the trail, the plot's leaders, single people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.audit.service import note
from pointsvc.kernel.outbox import Message
from pointsvc.members.telling import leave_messages
from pointsvc.organisation.queries import grants_in, tended_places


def trace(
    *,
    community_id: UUID,
    by_id: UUID | None,
    action: str,
    subject_id: UUID,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Leave an audit event; by the system where nobody did it."""
    note(
        community_id=community_id,
        actor=Actor("member", by_id) if by_id else SYSTEM,
        action=action,
        subject_id=subject_id,
        now=now,
        detail=dict(detail or {}),
    )


def tell(
    *,
    community_id: UUID,
    recipient_ids: Iterable[UUID],
    topic: str,
    payload: Mapping[str, Any],
    now: datetime,
) -> None:
    """Leave the same message for each of these people, once each."""
    leave_messages(
        community_id=community_id,
        messages=[Message(each, topic, dict(payload)) for each in dict.fromkeys(recipient_ids)],
        now=now,
    )


def leaders_of(community_id: UUID) -> dict[UUID, list[UUID]]:
    """Who leads the group of each plot, by plot."""
    leads: dict[UUID, list[UUID]] = {}
    for grant in grants_in(community_id, role="leader"):
        if grant.group_id is not None:
            leads.setdefault(grant.group_id, []).append(grant.member_id)
    tended = tended_places(community_id)
    return {place: leads.get(group, []) for place, group in tended.items()}
