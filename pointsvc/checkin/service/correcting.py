"""Correcting an attendance: a clerk asks, another person decides, the books follow.

The old award is taken back and, where times are corrected, a new one is posted under the next
number (docs/ledger.md §1: correcting an attendance reverses and posts anew, points and minutes).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.checkin.changes import Changes
from pointsvc.checkin.deeds import due_by, tariffs_of
from pointsvc.checkin.errors import BackfillWaits, CorrectionPending, DecidedBefore
from pointsvc.checkin.facts import undecided
from pointsvc.checkin.models import AttendanceCorrection
from pointsvc.checkin.presences import Presence, find_presences, lock_members
from pointsvc.checkin.rules import minutes_between
from pointsvc.checkin.service.agreeing import agree, check_other_household
from pointsvc.checkin.service.closing import changes_of
from pointsvc.checkin.service.fitting import check_place
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import Caller
from pointsvc.members.telling import leave_message


def request_correction(
    *,
    community_id: UUID,
    correction_id: UUID,
    attendance_id: UUID,
    requested_by_id: UUID,
    reason: str,
    now: datetime,
    in_at: datetime | None = None,
    out_at: datetime | None = None,
) -> None:
    """Ask to void an attendance, or to give it other times; nothing changes yet.

    Raises:
        NotFound. OwnHousehold. CorrectionPending: one waits already. Invalid: the times.
        BackfillWaits: recorded after the fact, and its delay is not over.
    """
    presence = _get(community_id, attendance_id)
    if presence.state == "void":
        raise DecidedBefore
    check_other_household(community_id, requested_by_id, presence.member_id)
    _check_backfilled(presence, in_at, out_at)
    if in_at is not None:
        _check_times(in_at, out_at, now)
    pending = select(AttendanceCorrection.id).where(
        AttendanceCorrection.community_id == community_id,
        AttendanceCorrection.attendance_id == attendance_id,
        AttendanceCorrection.state == "requested",
    )
    if db.session.scalar(pending) is not None:
        raise CorrectionPending
    db.session.add(
        AttendanceCorrection(
            community_id=community_id,
            id=correction_id,
            attendance_id=attendance_id,
            kind="void" if in_at is None else "times",
            in_at=in_at,
            out_at=out_at,
            reason=reason,
            requested_by_id=requested_by_id,
            requested_at=now,
            state="requested",
        )
    )
    note(
        community_id=community_id,
        actor=Actor("member", requested_by_id),
        action="checkin.correction_requested",
        subject_id=attendance_id,
        now=now,
    )
    db.session.flush()


def decide_correction(
    *, community_id: UUID, caller: Caller, correction_id: UUID, approve: bool, now: datetime
) -> None:
    """Approve or decline a correction; approving takes the award back and posts the new one.

    Raises:
        NotFound. DecidedBefore. SecondPersonNeeded: who asked may not approve. OwnHousehold.
        WayInRemade: somebody else made the caller's way in anew, and they approve.
        StillElsewhere, TimesOverlap: the new times meet another attendance.
    """
    asked = db.session.scalars(
        select(AttendanceCorrection)
        .where(
            AttendanceCorrection.community_id == community_id,
            AttendanceCorrection.id == correction_id,
        )
        .with_for_update()
    ).one_or_none()
    if asked is None:
        raise NotFound
    presence = _get(community_id, asked.attendance_id)
    agree(
        asked,
        community_id=community_id,
        caller=caller,
        member_id=presence.member_id,
        approve=approve,
        now=now,
    )
    note(
        community_id=community_id,
        actor=Actor("member", caller.id),
        action=f"checkin.correction_{asked.state}",
        subject_id=asked.attendance_id,
        now=now,
    )
    db.session.flush()
    if approve:
        lock_members(community_id=community_id, member_ids=[presence.member_id])
        _carry_out(community_id, caller, asked, now)


def _carry_out(
    community_id: UUID, caller: Caller, asked: AttendanceCorrection, now: datetime
) -> None:
    before = _get(community_id, asked.attendance_id)
    if before.state == "void":
        raise DecidedBefore
    changes = changes_of(get_community(community_id), now, caller.id)
    changes.undo_award(
        before,
        on=clock.local_day(before.in_at, changes.zone),
        reason=asked.reason,
        recorded_by_id=asked.requested_by_id,
        approved_by_id=caller.id,
    )
    scans = [each for each in (before.in_scan_id, before.out_scan_id) if each]
    for scan_id in undecided(community_id=community_id, scan_ids=scans):
        changes.decide(scan_id, "annulled", f"correction:{asked.id}", caller.id)
    if asked.kind == "void":
        changes.presences[before.id] = replace(before.renewed(), state="void")
    else:
        _retime(changes, before.renewed(), asked)
    if before.award_points:
        _tell(community_id, before, now)
    changes.carry_out()


def _tell(community_id: UUID, before: Presence, now: datetime) -> None:
    """What the attendance had brought is taken back; what it brings now is told as any award."""
    leave_message(
        community_id=community_id,
        recipient_id=before.member_id,
        topic="checkin.corrected",
        payload={"points": before.award_points, "activity_kind": before.activity_kind},
        now=now,
    )


def _retime(changes: Changes, renewed: Presence, asked: AttendanceCorrection) -> None:
    """Give the attendance its true times and pay it anew, under the tariff of its check-in."""
    assert asked.in_at is not None
    after = replace(
        renewed,
        state="closed" if asked.out_at else "open",
        in_at=asked.in_at,
        out_at=asked.out_at,
        minutes=minutes_between(asked.in_at, asked.out_at) if asked.out_at else 0,
        closed_by="clerk" if asked.out_at else None,
    )
    check_place(get_community(changes.community_id), after)
    changes.presences[after.id] = after
    due = due_by(
        tariffs_of(changes.community_id, after),
        after,
        on=clock.local_day(after.in_at, changes.zone),
        part="whole" if asked.out_at else "in",
        minimum_percent=0,
    )
    changes.dues.append(due)


def _get(community_id: UUID, attendance_id: UUID) -> Presence:
    found = find_presences(community_id=community_id, ids=[attendance_id])
    if not found:
        raise NotFound
    return found[0]


def _check_backfilled(presence: Presence, in_at: datetime | None, out_at: datetime | None) -> None:
    """What waits out its delay is stopped, not corrected; and nobody is put back into the past."""
    if presence.backfill_id is None:
        return
    if presence.state == "held":
        raise BackfillWaits
    if in_at is not None and out_at is None:
        raise Invalid({"out_at": [_("补录的考勤要写签退时间。")]})


def _check_times(in_at: datetime, out_at: datetime | None, now: datetime) -> None:
    if in_at > now or (out_at is not None and out_at > now):
        raise Invalid({"in_at": [_("时间不能在将来。")]})
    if out_at is not None and out_at < in_at:
        raise Invalid({"out_at": [_("签退不能早于签到。")]})
    if out_at is not None and minutes_between(in_at, out_at) > 24 * 60:
        raise Invalid({"out_at": [_("一次考勤最长 24 小时。")]})
