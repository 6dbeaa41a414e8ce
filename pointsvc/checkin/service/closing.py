"""Ending what nobody ended: forgotten check-outs, cancelled shifts, signs without a second signal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import and_, or_, select

from pointsvc.activities.models import Shift
from pointsvc.checkin.changes import Changes, Evidence
from pointsvc.checkin.deeds import due_for_stay
from pointsvc.checkin.facts import Tariffs, tariffs_for, undecided
from pointsvc.checkin.models import Attendance
from pointsvc.checkin.presences import Presence, find_presences, lock_members
from pointsvc.checkin.rules import Reason, minutes_between
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import derived_id
from pointsvc.members.telling import leave_message

CHUNK = 100


def is_overdue(presence: Presence, grace_minutes: int, now: datetime) -> bool:
    """Whether an open attendance can no longer be ended by a scan of now."""
    latest = presence.shift_ends_at + timedelta(minutes=grace_minutes)
    return presence.state == "open" and (presence.is_cancelled or latest < now)


def close_overdue(
    *, community: CommunityFacts, presences: Sequence[Presence], now: datetime
) -> dict[UUID, Presence]:
    """End open attendances at the planned end, for a leader to confirm; void cancelled shifts'.

    The caller holds the members' locks and has read the attendances under them. The award waits in
    review; a real check-out that an upload still brings replaces it.
    """
    if not presences:
        return {}
    changes = changes_of(community, now)
    tariffs = _tariffs(community.id, presences)
    for presence in presences:
        if presence.is_cancelled:
            _void(changes, presence, "checkin.cancelled")
        else:
            _close(changes, presence, tariffs)
    changes.carry_out()
    return changes.presences


def find_overdue(*, community: CommunityFacts, now: datetime) -> list[UUID]:
    """Open attendances to be ended, and provisional ones of cancelled shifts; at most 100."""
    grace = timedelta(minutes=community.settings.check_out_grace_minutes)
    wanted = (
        select(Attendance.id)
        .join(
            Shift,
            and_(Shift.community_id == Attendance.community_id, Shift.id == Attendance.shift_id),
        )
        .where(
            Attendance.community_id == community.id,
            or_(
                and_(Attendance.state == "open", Shift.ends_at < now - grace),
                and_(
                    Attendance.state.in_(("open", "provisional")), Shift.cancelled_at.is_not(None)
                ),
            ),
        )
        .order_by(Attendance.id)
        .limit(CHUNK)
    )
    return list(db.session.scalars(wanted))


def close_found(*, community: CommunityFacts, ids: Collection[UUID], now: datetime) -> int:
    """End those of the attendances that still are overdue; how many were."""
    grace = community.settings.check_out_grace_minutes
    locked = _locked(community.id, ids)
    due = [
        presence
        for presence in locked
        if is_overdue(presence, grace, now)
        or (presence.is_cancelled and presence.state == "provisional")
    ]
    close_overdue(community=community, presences=due, now=now)
    return len(due)


def find_unconfirmed(*, community: CommunityFacts, now: datetime) -> list[UUID]:
    """Provisional attendances whose time for a second signal is over; at most 100."""
    limit = timedelta(hours=community.settings.provisional_hours)
    wanted = (
        select(Attendance.id)
        .where(
            Attendance.community_id == community.id,
            Attendance.state == "provisional",
            Attendance.in_at < now - limit,
        )
        .order_by(Attendance.id)
        .limit(CHUNK)
    )
    return list(db.session.scalars(wanted))


def annul_unconfirmed(*, community: CommunityFacts, ids: Collection[UUID], now: datetime) -> int:
    """Annul provisional attendances that nobody confirmed in time, and tell the people.

    Where only the check-out was at a sign, the planned end takes its place.
    """
    limit = timedelta(hours=community.settings.provisional_hours)
    stale = [
        presence
        for presence in _locked(community.id, ids)
        if presence.state == "provisional" and presence.in_at < now - limit
    ]
    changes = changes_of(community, now)
    ins = [presence.in_scan_id for presence in stale if presence.in_scan_id]
    unproven = set(undecided(community_id=community.id, scan_ids=ins))
    checked_in = [presence for presence in stale if presence.in_scan_id not in unproven]
    tariffs = _tariffs(community.id, checked_in)
    for presence in stale:
        if presence.in_scan_id in unproven:
            _void(changes, presence, "checkin.annulled")
        else:
            _close(changes, presence, tariffs)
    changes.carry_out()
    return len(stale)


def changes_of(
    community: CommunityFacts,
    now: datetime,
    actor_id: UUID | None = None,
) -> Changes:
    """An empty collection of changes for a community, made by the member or device, or by the system."""
    return Changes(
        community.id,
        actor_id,
        now,
        clock.local_day(now, community.zone),
        zone=community.zone,
        receivable_share_percent=community.settings.receivable_share_percent,
    )


def _tariffs(community_id: UUID, presences: Sequence[Presence]) -> Tariffs:
    return tariffs_for(
        community_id=community_id,
        codes={presence.activity_kind for presence in presences},
        member_ids=[presence.member_id for presence in presences],
    )


def _locked(community_id: UUID, ids: Collection[UUID]) -> list[Presence]:
    seen = find_presences(community_id=community_id, ids=ids)
    lock_members(community_id=community_id, member_ids=[each.member_id for each in seen])
    return find_presences(community_id=community_id, ids=ids)


def _close(changes: Changes, presence: Presence, tariffs: Tariffs) -> None:
    """End an attendance at the planned end, its award in review."""
    if presence.out_scan_id:
        for scan_id in undecided(
            community_id=changes.community_id, scan_ids=[presence.out_scan_id]
        ):
            changes.decide(scan_id, "annulled", str(Reason.SIGN_ALONE), None)
    out_at = max(presence.in_at, presence.shift_ends_at)
    scan_id = derived_id("auto-close", changes.community_id, presence.id, presence.corrections)
    closed = replace(
        presence,
        state="held",
        out_at=out_at,
        out_scan_id=scan_id,
        minutes=minutes_between(presence.in_at, out_at),
        closed_by="auto",
    )
    tariff = tariffs.of(presence.tariff_id)
    due = due_for_stay(
        closed,
        part="out",
        tariff=tariff,
        holder_id=tariffs.holder(tariff, presence.member_id),
        on=clock.local_day(presence.in_at, changes.zone),
        into_review=True,
    )
    changes.presences[presence.id] = closed
    changes.dues.append(due)
    changes.scans.append(
        Evidence(
            scan_id=scan_id,
            body_hash=sha256(scan_id.bytes).digest(),
            direction="out",
            proof="none",
            verdict="held",
            reason=Reason.NOT_OUT,
            actor_kind="system",
            actor_id=changes.community_id,
            received_at=changes.now,
            happened_at=out_at,
            shift_id=presence.shift_id,
            member_id=presence.member_id,
            attendance_id=presence.id,
            due=due,
        )
    )


def _void(changes: Changes, presence: Presence, topic: str) -> None:
    """Void an attendance and tell the person why it earns nothing."""
    if presence.award_points:
        changes.undo_award(presence, on=clock.local_day(presence.in_at, changes.zone), reason=topic)
    changes.presences[presence.id] = replace(
        presence, state="void", award_points=0, award_holder_id=None, is_in_review=False
    )
    scans = [each for each in (presence.in_scan_id, presence.out_scan_id) if each]
    for scan_id in undecided(community_id=changes.community_id, scan_ids=scans):
        changes.decide(scan_id, "annulled", topic, None)
    leave_message(
        community_id=changes.community_id,
        recipient_id=presence.member_id,
        topic=topic,
        payload={"shift_id": str(presence.shift_id), "attendance_id": str(presence.id)},
        now=changes.now,
    )
