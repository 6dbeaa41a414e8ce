"""Shifts that a calendar opens, changes and takes back: many at once, and never one that somebody joined."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.activities.models import Shift, Signup
from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among, update_rows
from pointsvc.kernel.filling import fill


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """What a calendar wants of a shift; the id is derived from what wants it.

    `led_by_id` may be left open for one that stands: who leads it is not changed.
    """

    id: UUID
    activity_kind: str
    place_id: UUID
    led_by_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    capacity: int
    risk: str = "none"


def open_planned(
    *, community_id: UUID, shifts: Sequence[PlannedShift], opened_by_id: UUID, now: datetime
) -> None:
    """Open them in one statement; the caller has checked kind, place and times."""
    if not shifts:
        return
    fill(
        Shift,
        {
            "id": [shift.id for shift in shifts],
            "activity_kind": [shift.activity_kind for shift in shifts],
            "place_id": [shift.place_id for shift in shifts],
            "led_by_id": [shift.led_by_id for shift in shifts],
            "starts_at": [shift.starts_at for shift in shifts],
            "ends_at": [shift.ends_at for shift in shifts],
            "capacity": [shift.capacity for shift in shifts],
            "risk": [shift.risk for shift in shifts],
        },
        {
            "community_id": community_id,
            "signed_up_count": 0,
            "cancelled_at": None,
            "created_by_id": opened_by_id,
            "created_at": now,
            "changes_count": 0,
            "changed_at": None,
        },
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


def change_all_planned(
    *, community_id: UUID, shifts: Mapping[UUID, PlannedShift], now: datetime
) -> set[UUID]:
    """The same for many at once, by their ids; which of them nobody had joined.

    Their rows are held first: who joins at the same moment comes before, or finds the new times.
    """
    free = _held_unjoined(community_id, sorted(shifts))
    wanted = [shifts[shift_id] for shift_id in sorted(free)]
    update_rows(
        Shift,
        [
            {
                "community_id": community_id,
                "id": shift.id,
                "starts_at": shift.starts_at,
                "ends_at": shift.ends_at,
                "capacity": shift.capacity,
                "risk": shift.risk,
                "cancelled_at": None,
                "changed_at": now,
                "changes_count": 1,
            }
            for shift in wanted
        ],
        added=("changes_count",),
    )
    return free


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


def _held_unjoined(community_id: UUID, shift_ids: Sequence[UUID]) -> set[UUID]:
    if not shift_ids:
        return set()
    found = db.session.scalars(
        select(Shift.id)
        .where(
            Shift.community_id == community_id,
            is_among(Shift.id, shift_ids),
            Shift.signed_up_count == 0,
        )
        .order_by(Shift.id)
        .with_for_update()
    )
    return set(found)


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
