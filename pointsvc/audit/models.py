"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, of_community, one_of


class AuditEvent(InCommunity, Base):
    """Who did what to what, when. Append-only; ids, codes and numbers, no names or phones."""

    __tablename__ = "audit_events"
    __table_args__ = (
        of_community(),
        one_of("actor_kind", "member", "operator", "device", "system"),
        Index("ix_audit_events_subject", "community_id", "subject_id", "id"),
        Index("ix_audit_events_actor", "community_id", "actor_id", "id"),
        Index("ix_audit_events_action", "community_id", "action", "id"),
    )

    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    subject_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[str | None]
