"""Sign-ups, waits and shifts to come of somebody who goes on under another account, or is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update

from pointsvc.activities.models import Shift, ShiftWait, Signup
from pointsvc.activities.seats import free_seats
from pointsvc.activities.service import leave
from pointsvc.activities.waiting import LIVE, leave_line, move_up
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.members.changes import Erasure, Merge
from pointsvc.members.rows_over import go_over
from pointsvc.members.telling import leave_message


def follow(merge: Merge) -> None:
    """What is to come goes over; a seat that one person had twice is free for who waits."""
    community_id, now = merge.community_id, merge.now
    twice = go_over(
        Signup,
        merge,
        *_to_come(Signup, now),
        like=("shift_id",),
        doubled={"left_at": now},
    )
    go_over(
        ShiftWait,
        merge,
        *_to_come(ShiftWait, now),
        like=("shift_id",),
        doubled={"state": "left", "decided_at": now},
    )
    for each in twice:
        free_seats(community_id, each.shift_id, 1)
        move_up(community_id=community_id, shift_id=each.shift_id, now=now)
    leads = (Shift.community_id == community_id, Shift.led_by_id == merge.from_id)
    db.session.execute(
        update(Shift).where(*leads, Shift.ends_at > now).values(led_by_id=merge.into_id)
    )


def forget(erasure: Erasure) -> None:
    """Give every seat and place in line to come free, and tell who leads; a shift they led is told of."""
    community_id, now = erasure.community_id, erasure.now
    mine: dict[str, UUID] = {"community_id": community_id, "member_id": erasure.member_id}
    for shift_id in _shifts(Signup, erasure):
        leave(**mine, shift_id=shift_id, now=now)
        _tell_leader(erasure, shift_id)
    for shift_id in _shifts(ShiftWait, erasure):
        leave_line(**mine, shift_id=shift_id, now=now)


def _to_come(model: Any, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Live rows of shifts that are not over."""
    shift = exists().where(
        Shift.community_id == model.community_id, Shift.id == model.shift_id, Shift.ends_at > now
    )
    live = model.left_at.is_(None) if model is Signup else model.state.in_(LIVE)
    return live, shift


def _shifts(model: Any, erasure: Erasure) -> list[UUID]:
    wanted = select(model.shift_id).where(
        model.community_id == erasure.community_id,
        model.member_id == erasure.member_id,
        *_to_come(model, erasure.now),
    )
    return sorted(db.session.scalars(wanted))


def _tell_leader(erasure: Erasure, shift_id: UUID) -> None:
    shift = db.session.get_one(Shift, (erasure.community_id, shift_id))
    at = clock.local(shift.starts_at, get_community(erasure.community_id).zone)
    if shift.led_by_id != erasure.member_id:
        leave_message(
            community_id=erasure.community_id,
            recipient_id=shift.led_by_id,
            topic="activities.seat_free",
            payload={"shift_id": str(shift_id), "at": at.strftime("%Y-%m-%d %H:%M")},
            now=erasure.now,
        )
