"""Seats of a shift: the shift's own row counts them, so that two at once never overbook."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, update

from pointsvc.activities.models import Shift, Signup
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id


def take_seat(community_id: UUID, shift_id: UUID) -> int:
    """Count one more where there is room; 0 where there is none, or the shift was called off."""
    taken: int = db.session.execute(
        update(Shift)
        .where(
            Shift.community_id == community_id,
            Shift.id == shift_id,
            Shift.cancelled_at.is_(None),  # by whoever was first, a moment ago
            or_(Shift.capacity.is_(None), Shift.signed_up_count < Shift.capacity),
        )
        .values(signed_up_count=Shift.signed_up_count + 1)
    ).rowcount  # type: ignore[attr-defined]
    return taken


def free_seats(community_id: UUID, shift_id: UUID, seats: int) -> None:
    """Count so many fewer."""
    db.session.execute(
        update(Shift)
        .where(Shift.community_id == community_id, Shift.id == shift_id)
        .values(signed_up_count=Shift.signed_up_count - seats)
    )


def keep_signup(*, community_id: UUID, shift_id: UUID, member_id: UUID, now: datetime) -> None:
    """Write down who has the seat."""
    db.session.add(
        Signup(
            community_id=community_id,
            id=new_id(),
            shift_id=shift_id,
            member_id=member_id,
            signed_up_at=now,
        )
    )
    db.session.flush()
