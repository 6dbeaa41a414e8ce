"""What a day brings a member: shifts at their places, signed up for, or come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, exists, or_

from pointsvc.activities.models import Shift, Signup
from pointsvc.activities.queries import SHIFTS_MAX, ShiftFacts, shift_columns, shift_facts
from pointsvc.activities.rules import LENGTH_MAX
from pointsvc.checkin.models import Attendance
from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of
from pointsvc.organisation.queries import tended_by_member


@dataclass(frozen=True, slots=True)
class Came:
    """How somebody was counted at a shift."""

    id: UUID
    state: str
    in_at: datetime
    out_at: datetime | None
    award_points: int
    corrections: int
    backfill_id: UUID | None


def shifts_of_day(
    *, community_id: UUID, member_id: UUID, since: datetime, until: datetime
) -> list[tuple[ShiftFacts, bool, Came | None]]:
    """Shifts that touch the stretch: whether one signed up, and how one was counted; earliest first.

    Only those at places that one's groups tend, signed up for, or come to.
    """
    found = fetch(
        _shifts(),
        community_id=community_id,
        member_id=member_id,
        since=since,
        until=until,
        latest=until + LENGTH_MAX,
    )
    return [(shift_facts(row), bool(row.is_mine), _came(row)) for row in found]


@prepared
def _shifts(_among: Among) -> Select[*tuple[Any, ...]]:
    shift, came = table_of(Shift).c, table_of(Attendance).c
    signup = table_of(Signup).c
    is_mine = exists().where(
        signup.community_id == shift.community_id,
        signup.shift_id == shift.id,
        signup.member_id == bindparam("member_id"),
        signup.left_at.is_(None),
    )
    return (
        shift_columns()
        .add_columns(
            is_mine.label("is_mine"),
            came.id.label("came_id"),
            came.state,
            came.in_at,
            came.out_at,
            came.award_points,
            came.corrections,
            came.backfill_id,
        )
        .outerjoin(
            table_of(Attendance),
            and_(
                came.community_id == shift.community_id,
                came.shift_id == shift.id,
                came.member_id == bindparam("member_id"),
                came.state != "void",
            ),
        )
        .where(
            shift.community_id == bindparam("community_id"),
            shift.ends_at > bindparam("since"),
            shift.ends_at < bindparam("latest"),
            shift.starts_at < bindparam("until"),
            shift.cancelled_at.is_(None),
            or_(is_mine, came.id.is_not(None), shift.place_id.in_(tended_by_member())),
        )
        .order_by(shift.starts_at, shift.id)
        .limit(SHIFTS_MAX)
    )


def _came(row: Found) -> Came | None:
    if row.came_id is None:
        return None
    return Came(
        row.came_id,
        row.state,
        row.in_at,
        row.out_at,
        row.award_points,
        row.corrections,
        row.backfill_id,
    )
