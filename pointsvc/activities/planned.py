"""Shifts that a calendar opens, changes and takes back: many at once, and never one that somebody joined."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from pointsvc.activities.models import Shift, Signup
from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """What a calendar wants of a shift; the id is derived from what wants it."""

    id: UUID
    activity_kind: str
    place_id: UUID
    led_by_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    risk: str = "none"


def open_planned(
    *, community_id: UUID, shifts: Sequence[PlannedShift], opened_by_id: UUID, now: datetime
) -> None:
    """Open them in one statement; the caller has checked kind, place and times."""
    insert_rows(
        Shift,
        [
            {
                "community_id": community_id,
                "id": shift.id,
                "activity_kind": shift.activity_kind,
                "place_id": shift.place_id,
                "led_by_id": shift.led_by_id,
                "starts_at": shift.starts_at,
                "ends_at": shift.ends_at,
                "capacity": shift.capacity,
                "signed_up_count": 0,
                "cancelled_at": None,
                "created_by_id": opened_by_id,
                "created_at": now,
                "risk": shift.risk,
                "changes_count": 0,
                "changed_at": None,
            }
            for shift in shifts
        ],
    )


def change_planned(
    *,
    community_id: UUID,
    shift_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int | None,
    now: datetime,
    risk: str | None = None,
) -> bool:
    """Give a shift that nobody joined other times and room, and open it again; whether it was so.

    Its risk stays unless another is named. Who joins at the same moment locks the shift's row first,
    or finds the new times.
    """
    values: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "capacity": capacity}
    values |= {"cancelled_at": None} | ({"risk": risk} if risk else {})
    return _unjoined(community_id, [shift_id], values | changed(now)) == {shift_id}


def withdraw_planned(
    *, community_id: UUID, shift_ids: Collection[UUID], now: datetime
) -> set[UUID]:
    """Call off those that nobody joined; which they were. Nobody has to be told."""
    return _unjoined(community_id, shift_ids, {"cancelled_at": now} | changed(now))


def changed(now: datetime) -> dict[str, Any]:
    """What goes with every change of a shift: calendars take the newer one."""
    return {"changes_count": Shift.changes_count + 1, "changed_at": now}


def release_all(*, community_id: UUID, shift_id: UUID, now: datetime) -> None:
    """Let everybody who signed up go; who was told that it is called off is bound to no other day."""
    db.session.execute(
        update(Signup)
        .where(
            Signup.community_id == community_id,
            Signup.shift_id == shift_id,
            Signup.left_at.is_(None),
        )
        .values(left_at=now)
    )
    db.session.execute(
        update(Shift)
        .where(Shift.community_id == community_id, Shift.id == shift_id)
        .values(signed_up_count=0)
    )


def _unjoined(community_id: UUID, shift_ids: Collection[UUID], values: dict[str, Any]) -> set[UUID]:
    if not shift_ids:
        return set()
    changed = db.session.scalars(
        update(Shift)
        .where(
            Shift.community_id == community_id,
            Shift.id.in_(sorted(shift_ids)),
            Shift.signed_up_count == 0,
        )
        .values(values)
        .returning(Shift.id)
        .execution_options(synchronize_session=False)
    )
    return set(changed)
