"""Calling numbers on an exchange day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.shop.models import ExchangeSlot, Reservation
from pointsvc.shop.service.exchange_days import lock_day


def call_next(*, community_id: UUID, day_id: UUID, by_id: UUID, now: datetime) -> int | None:
    """Call the lowest number that waits and was not called; None where there is none.

    Numbers of a make-up slot are called on its own day. Two desks never call the same one.

    Locks: the day.

    Raises:
        NotFound.
    """
    lock_day(community_id, day_id)
    next_one = db.session.scalars(
        select(Reservation)
        .join(
            ExchangeSlot,
            (ExchangeSlot.community_id == Reservation.community_id)
            & (ExchangeSlot.id == Reservation.slot_id),
        )
        .where(
            Reservation.community_id == community_id,
            Reservation.day_id == day_id,
            Reservation.state == "open",
            Reservation.called_at.is_(None),
        )
        .order_by(ExchangeSlot.is_makeup, Reservation.queue_no)
        .limit(1)
    ).one_or_none()
    if next_one is None:
        return None
    next_one.called_at = now
    db.session.flush()
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action="shop.number_called",
        subject_id=day_id,
        now=now,
        detail={"number": next_one.queue_no},
    )
    return next_one.queue_no
