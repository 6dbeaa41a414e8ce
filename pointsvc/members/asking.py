"""How a request to another person lives, in whatever room it is made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID

from pointsvc.extensions import db
from pointsvc.kernel.asking import Asking
from pointsvc.members.queries import holders_of

End = Literal["approved", "declined", "withdrawn", "expired"]


def end(
    asked: Asking,
    state: End,
    now: datetime,
    *,
    by_id: UUID | None = None,
    answer: str | None = None,
) -> None:
    """It ended so; `by_id` is who decided."""
    asked.state, asked.ended_at = state, now
    asked.decided_by_id, asked.answer = by_id, answer or None
    db.session.flush()


def households_of(community_id: UUID, people: Collection[UUID]) -> set[UUID]:
    """These people, and their households."""
    return {*people, *holders_of(community_id, people).values()}
