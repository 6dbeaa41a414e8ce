"""Attendances while they are being decided on: read under the members' locks, written at the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, and_, bindparam, or_, select, update

from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Attendance
from pointsvc.checkin.rules import Decision, Stay
from pointsvc.checkin.rules.backfilling import MAKEUP
from pointsvc.extensions import db
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
    rows = db.session.execute(
        select(Member.id, Member.state)
        .where(Member.community_id == community_id, Member.id.in_(wanted))
        .order_by(Member.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row.state for row in rows}


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
    wanted = _presences(community_id).where(
        Attendance.member_id.in_(member_ids),
        Attendance.state != "void",
        or_(
            Attendance.state.in_(LIVE_STATES),
            Attendance.shift_id.in_(shift_ids),
            Attendance.in_at.between(since, until),
        ),
    )
    return [_presence(row) for row in db.session.execute(wanted)]


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
    rows = db.session.execute(wanted.order_by(Attendance.in_at, Attendance.id))
    return [_presence(row) for row in rows]


def store_presences(*, community_id: UUID, presences: Collection[Presence]) -> None:
    """Write the attendances; those that end before those that open (one open for a member)."""
    old = [presence for presence in presences if not presence.is_new]
    for is_open in (False, True):
        rows = [
            _row(each) | {"of_id": each.id} for each in old if (each.state == "open") == is_open
        ]
        if rows:
            table = Attendance.__table__
            db.session.execute(
                update(table)  # type: ignore[arg-type]
                .where(table.c.community_id == community_id, table.c.id == bindparam("of_id"))
                .values({name: bindparam(f"new_{name}") for name in _STORED}),
                rows,
            )
    new = [_new_row(community_id, presence) for presence in presences if presence.is_new]
    if new:
        db.session.execute(Attendance.__table__.insert(), new)  # type: ignore[attr-defined]


def _row(presence: Presence) -> dict[str, Any]:
    return {f"new_{name}": getattr(presence, name) for name in _STORED}


def _new_row(community_id: UUID, presence: Presence) -> dict[str, Any]:
    key = {
        "community_id": community_id,
        "id": presence.id,
        "member_id": presence.member_id,
        "shift_id": presence.shift_id,
    }
    return key | {name: getattr(presence, name) for name in _STORED}


def _presences(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Attendance.id,
            Attendance.member_id,
            Attendance.shift_id,
            *(getattr(Attendance, name) for name in _STORED),
            Shift.starts_at.label("shift_starts_at"),
            Shift.ends_at.label("shift_ends_at"),
            Shift.activity_kind,
            Shift.place_id,
            Shift.led_by_id,
            Shift.cancelled_at,
        )
        .join(
            Shift,
            and_(Shift.community_id == Attendance.community_id, Shift.id == Attendance.shift_id),
        )
        .where(Attendance.community_id == community_id)
    )


def _presence(row: Row[*tuple[Any, ...]]) -> Presence:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    is_cancelled = values.pop("cancelled_at") is not None
    return Presence(**values, is_cancelled=is_cancelled)
