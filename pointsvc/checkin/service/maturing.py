"""What becomes of a backfill: another group's second person, the delay, an objection, the books.

Agreed to, it is an attendance in review that nobody can spend from; when the delay is over a job
lets it count through the same verb as any held attendance.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.queries import get_shift
from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.audit.service import note
from pointsvc.checkin.backfills import attendance_id_of, get_backfill, quota_wish
from pointsvc.checkin.circles import may_decide
from pointsvc.checkin.deeds import due_by, tariffs_of
from pointsvc.checkin.errors import BackfillTooNear, DecidedBefore
from pointsvc.checkin.models import Backfill
from pointsvc.checkin.presences import Presence, find_presences, lock_members
from pointsvc.checkin.rules import minutes_between
from pointsvc.checkin.rules.backfilling import MAKEUP
from pointsvc.checkin.service.accepting import let_count
from pointsvc.checkin.service.closing import changes_of
from pointsvc.checkin.service.fitting import check_accepted, check_beside
from pointsvc.checkin.service.telling import tell
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.earning.limits import give_back
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import Caller
from pointsvc.members.errors import NotActive
from pointsvc.members.remade import check_own_hands

CHUNK = 100
STOPPERS = frozenset({"clerk", "supervisor"})


def decide_backfill(
    *,
    community_id: UUID,
    caller: Caller,
    backfill_id: UUID,
    approve: bool,
    reason: str,
    now: datetime,
) -> None:
    """Approve or decline; approved, its points wait in review until the community's delay is over.

    Raises:
        NotFound. DecidedBefore. BackfillTooNear: the asker, the member, the witness, their
        households, or of the asker's or the member's group. Invalid: declined without a reason.
        And, approving: NotActive; WayInRemade;
        ShiftCancelled, StillElsewhere, TimesOverlap, DayFull, BackfillAlready: see `fitting`.

    Locks the backfill, then the member, limits and books.
    """
    asked = _locked(community_id, backfill_id)
    if asked.state != "requested":
        raise DecidedBefore
    if caller.id is None or not may_decide(
        community_id, caller.id, get_backfill(community_id, backfill_id)
    ):
        raise BackfillTooNear
    if not approve:
        if not reason:
            raise Invalid({"reason": [_("请写明为什么不同意。")]})
        asked.decided_by_id, asked.decided_at = caller.id, now
        _end(asked, "declined", caller.id, reason, now)
        return
    check_own_hands(
        community_id=community_id,
        member_id=caller.id,
        by_card=caller.on_device_id is not None,
        now=now,
    )
    community = get_community(community_id)
    _put_into_review(community, asked, now)
    asked.state = "approved"
    asked.decided_by_id, asked.decided_at = caller.id, now
    asked.counts_at = now + timedelta(hours=community.settings.backfill_delay_hours)
    _note(asked, Actor("member", caller.id), now)
    db.session.flush()
    tell(get_backfill(community_id, backfill_id), community_id, "approved", now)


def withdraw_backfill(
    *, community_id: UUID, caller: Caller, backfill_id: UUID, now: datetime
) -> None:
    """Take back what one asked for, before it is decided; the month has room again.

    Raises:
        NotFound. Forbidden: somebody else's. DecidedBefore.
    """
    asked = _locked(community_id, backfill_id)
    if caller.id is None or asked.requested_by_id != caller.id:
        raise Forbidden
    if asked.state != "requested":
        raise DecidedBefore
    _end(asked, "withdrawn", caller.id, None, now)
    zone = get_community(community_id).zone
    wish = quota_wish(caller.id, clock.local_day(asked.requested_at, zone), allowed=0)
    give_back(community_id=community_id, wishes=[wish])


def stop_backfill(
    *, community_id: UUID, caller: Caller, backfill_id: UUID, reason: str, now: datetime
) -> None:
    """Stop one before it counts: the member ("not me"), a clerk or a supervisor.

    An auditor sees it and tells them: who audits writes nothing.

    What waits in review is annulled; the attendance is void.

    Raises:
        NotFound. Forbidden: nobody of these. DecidedBefore: it has counted or ended.
    """
    asked = _locked(community_id, backfill_id)
    if caller.id is None or not (caller.id == asked.member_id or caller.roles & STOPPERS):
        raise Forbidden
    if asked.state not in {"requested", "approved"}:
        raise DecidedBefore
    _stop(get_community(community_id), asked, caller.id, reason, now)


def find_due_backfills(*, community: CommunityFacts, now: datetime) -> list[UUID]:
    """Backfills whose delay is over, at most 100, the earliest first."""
    wanted = (
        select(Backfill.id)
        .where(
            Backfill.community_id == community.id,
            Backfill.state == "approved",
            Backfill.counts_at <= now,
        )
        .order_by(Backfill.counts_at, Backfill.id)
        .limit(CHUNK)
    )
    return list(db.session.scalars(wanted))


def count_found(*, community: CommunityFacts, ids: Collection[UUID], now: datetime) -> int:
    """Let those of the backfills count that still are due; how many were.

    What no longer fits beside the member's other attendances is stopped instead, and says why.
    """
    rows = db.session.scalars(
        select(Backfill)
        .where(Backfill.community_id == community.id, Backfill.id.in_(ids))
        .order_by(Backfill.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    due = [
        row
        for row in rows
        if row.state == "approved" and row.counts_at is not None and row.counts_at <= now
    ]
    lock_members(community_id=community.id, member_ids=[row.member_id for row in due])
    for row in due:
        _count(community, row, now)
    return len(due)


def _count(community: CommunityFacts, row: Backfill, now: datetime) -> None:
    before = _attendance(row)
    try:
        check_accepted(community, before)
    except Conflict as refusal:
        _stop(community, row, None, refusal.code, now)
        return
    changes = changes_of(community, now, row.decided_by_id)
    let_count(changes, before, [], MAKEUP, 0, recorded_by_id=row.requested_by_id)
    changes.carry_out()
    _end(row, "counted", None, None, now, points=changes.presences[before.id].award_points)


def _put_into_review(community: CommunityFacts, asked: Backfill, now: datetime) -> None:
    states = lock_members(community_id=community.id, member_ids=[asked.member_id])
    if states.get(asked.member_id) != "active":
        raise NotActive
    presence = _new_presence(community, asked)
    check_beside(community, presence)
    changes = changes_of(community, now, asked.requested_by_id)
    on = clock.local_day(presence.in_at, community.zone)
    tariffs = tariffs_of(community.id, presence)
    makeup = tariffs.at(MAKEUP, on)
    presence = replace(presence, tariff_id=makeup.id if makeup else None)
    changes.presences[presence.id] = presence
    changes.dues.append(due_by(tariffs, presence, on=on, into_review=True))
    changes.carry_out()


def _new_presence(community: CommunityFacts, asked: Backfill) -> Presence:
    shift = get_shift(community.id, asked.shift_id)
    return Presence(
        id=attendance_id_of(community.id, asked.id),
        member_id=asked.member_id,
        shift_id=shift.id,
        state="held",
        in_at=asked.in_at,
        out_at=asked.out_at,
        minutes=minutes_between(asked.in_at, asked.out_at),
        closed_by="backfill",
        shift_starts_at=shift.starts_at,
        shift_ends_at=shift.ends_at,
        activity_kind=shift.activity_kind,
        is_cancelled=shift.cancelled_at is not None,
        backfill_id=asked.id,
        is_new=True,
    )


def _stop(
    community: CommunityFacts, row: Backfill, by_id: UUID | None, reason: str, now: datetime
) -> None:
    if row.state == "approved":
        lock_members(community_id=community.id, member_ids=[row.member_id])
        before = _attendance(row)
        changes = changes_of(community, now, by_id)
        if before.is_in_review:
            on = clock.local_day(before.in_at, community.zone)
            changes.undo_award(before, on=on, reason=MAKEUP, approved_by_id=by_id)
        changes.presences[before.id] = replace(
            before, state="void", award_points=0, award_holder_id=None, is_in_review=False
        )
        changes.carry_out()
    _end(row, "stopped", by_id, reason, now)


def _end(
    row: Backfill,
    state: str,
    by_id: UUID | None,
    reason: str | None,
    now: datetime,
    points: int = 0,
) -> None:
    row.state, row.ended_by_id, row.ended_at, row.end_reason = state, by_id, now, reason
    _note(row, Actor("member", by_id) if by_id else SYSTEM, now)
    db.session.flush()
    tell(get_backfill(row.community_id, row.id), row.community_id, state, now, points=points)


def _note(row: Backfill, actor: Actor, now: datetime) -> None:
    note(
        community_id=row.community_id,
        actor=actor,
        action=f"checkin.backfill_{row.state}",
        subject_id=row.id,
        now=now,
    )


def _attendance(row: Backfill) -> Presence:
    [found] = find_presences(
        community_id=row.community_id, ids=[attendance_id_of(row.community_id, row.id)]
    )
    return found


def _locked(community_id: UUID, backfill_id: UUID) -> Backfill:
    row = db.session.scalars(
        select(Backfill)
        .where(Backfill.community_id == community_id, Backfill.id == backfill_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
