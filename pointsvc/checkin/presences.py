"""Attendances while they are being decided on: read under the members' locks, written at the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, or_, select

from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Attendance
from pointsvc.checkin.rules import Decision, Stay
from pointsvc.checkin.rules.backfilling import MAKEUP
from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows, update_rows
from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of
from pointsvc.members.models import Member

LIVE_STATES: Final = ("provisional", "open", "held")
_STORED: Final = (
    "state",
    "in_at",
    "out_at",
    "in_scan_id",
    "out_scan_id",
    "minutes",
    "closed_by",
    "corrections",
    "tariff_id",
    "award_points",
    "award_holder_id",
    "is_in_review",
    "backfill_id",
)


@dataclass(frozen=True, slots=True)
class Presence:
    """An attendance with the times of its shift; see `checkin.models.Attendance`."""

    id: UUID
    member_id: UUID
    shift_id: UUID
    state: str
    in_at: datetime
    shift_starts_at: datetime
    shift_ends_at: datetime
    out_at: datetime | None = None
    in_scan_id: UUID | None = None
    out_scan_id: UUID | None = None
    minutes: int = 0
    closed_by: str | None = None
    corrections: int = 0
    tariff_id: UUID | None = None
    award_points: int = 0
    award_holder_id: UUID | None = None
    is_in_review: bool = False
    backfill_id: UUID | None = None
    activity_kind: str = ""
    place_id: UUID | None = None
    led_by_id: UUID | None = None
    is_cancelled: bool = False
    is_new: bool = False

    @property
    def tariff_code(self) -> str:
        """Whose tariff and limits pay it: the activity's, or those of work counted afterwards."""
        return MAKEUP if self.backfill_id else self.activity_kind

    def stay(self, grace_minutes: int) -> Stay:
        """What the rules need of it."""
        latest = self.shift_ends_at + timedelta(minutes=grace_minutes)
        return Stay(
            id=self.id,
            shift_id=self.shift_id,
            state=self.state,
            in_at=self.in_at,
            until=self.out_at or max(latest, self.in_at),
            out_at=self.out_at,
            minutes=self.minutes,
            closed_by=self.closed_by,
        )

    def after(self, decision: Decision, scan_id: UUID) -> Presence:
        """The attendance after a scan's decision; an automatic end gives way to a real one."""
        changed = replace(self, state=decision.state or self.state)
        is_same_end = decision.out_at == self.out_at and not decision.replaces_auto
        if decision.out_at is None or is_same_end:
            return changed
        changed = replace(
            changed,
            out_at=decision.out_at,
            minutes=decision.minutes,
            out_scan_id=scan_id,
            closed_by="scan",
        )
        is_paid_anew = decision.replaces_auto and self.is_in_review
        return changed.renewed() if is_paid_anew else changed

    def renewed(self) -> Presence:
        """The attendance with its award taken back: the next one has the next number."""
        return replace(
            self,
            corrections=self.corrections + 1,
            award_points=0,
            award_holder_id=None,
            is_in_review=False,
        )


def lock_members(*, community_id: UUID, member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Lock these members against other scans of theirs, by id; their states.

    A statement of its own, so that what is read afterwards is what the lock protects. The
    constraints on attendances have the last word where an engine ignores it.
    """
    wanted = sorted(set(member_ids))
    if not wanted:
        return {}
    found = fetch(_members(), community_id=community_id, ids=wanted)
    return {row.id: row.state for row in found}


@prepared
def _members(among: Among) -> Select[*tuple[Any, ...]]:
    member = table_of(Member).c
    return (
        select(member.id, member.state)
        .where(member.community_id == bindparam("community_id"), among(member.id, "ids"))
        .order_by(member.id)
        .with_for_update(key_share=True)
    )


def presences_of(
    *,
    community_id: UUID,
    member_ids: Collection[UUID],
    shift_ids: Collection[UUID],
    since: datetime,
    until: datetime,
) -> list[Presence]:
    """The members' live attendances: unfinished ones, those of the shifts, those begun in between."""
    if not member_ids:
        return []
    found = fetch(
        _live(),
        community_id=community_id,
        member_ids=list(member_ids),
        shift_ids=list(shift_ids),
        since=since,
        until=until,
    )
    return [_presence(row) for row in found]


@prepared
def _live(among: Among) -> Select[*tuple[Any, ...]]:
    attendance = table_of(Attendance).c
    return _columns().where(
        attendance.community_id == bindparam("community_id"),
        among(attendance.member_id, "member_ids"),
        attendance.state != "void",
        or_(
            *(attendance.state == each for each in LIVE_STATES),
            among(attendance.shift_id, "shift_ids"),
            attendance.in_at.between(bindparam("since"), bindparam("until")),
        ),
    )


def find_presences(*, community_id: UUID, ids: Collection[UUID]) -> list[Presence]:
    """The attendances of these ids, void ones included."""
    if not ids:
        return []
    wanted = _presences(community_id).where(Attendance.id.in_(ids))
    return [_presence(row) for row in db.session.execute(wanted)]


def held_presences(*, community_id: UUID, member_ids: Collection[UUID]) -> list[Presence]:
    """The members' held attendances, earliest first."""
    if not member_ids:
        return []
    wanted = _presences(community_id).where(
        Attendance.member_id.in_(member_ids), Attendance.state == "held"
    )
    found = db.session.execute(wanted.order_by(Attendance.in_at, Attendance.id))
    return [_presence(row) for row in found]


def store_presences(*, community_id: UUID, presences: Collection[Presence]) -> None:
    """Write the attendances; those that end before those that open (one open for a member)."""
    old = [presence for presence in presences if not presence.is_new]
    for is_open in (False, True):
        changed = [each for each in old if (each.state == "open") == is_open]
        update_rows(Attendance, [_row(community_id, each) for each in changed])
    new = [each for each in presences if each.is_new]
    insert_rows(Attendance, [_new_row(community_id, each) for each in new])


def _row(community_id: UUID, presence: Presence) -> dict[str, Any]:
    key = {"community_id": community_id, "id": presence.id}
    return key | {name: getattr(presence, name) for name in _STORED}


def _new_row(community_id: UUID, presence: Presence) -> dict[str, Any]:
    whose = {"member_id": presence.member_id, "shift_id": presence.shift_id}
    return _row(community_id, presence) | whose


def _presences(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return _columns().where(table_of(Attendance).c.community_id == community_id)


def _columns() -> Select[*tuple[Any, ...]]:
    attendance, shift = table_of(Attendance), table_of(Shift)
    of_shift = and_(
        shift.c.community_id == attendance.c.community_id, shift.c.id == attendance.c.shift_id
    )
    return select(
        attendance.c.id,
        attendance.c.member_id,
        attendance.c.shift_id,
        *(attendance.c[name] for name in _STORED),
        shift.c.starts_at.label("shift_starts_at"),
        shift.c.ends_at.label("shift_ends_at"),
        shift.c.activity_kind,
        shift.c.place_id,
        shift.c.led_by_id,
        shift.c.cancelled_at,
    ).select_from(attendance.join(shift, of_shift))


def _presence(row: Found) -> Presence:
    values = row._asdict()
    is_cancelled = values.pop("cancelled_at") is not None
    return Presence(**values, is_cancelled=is_cancelled)
