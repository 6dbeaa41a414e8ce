"""A person's second look: confirm what was provisional, release or annul what was held.

Nobody decides on their own attendance, their household's, or a scan that they made themself. The
scan's first answer never changes; the decision is a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.errors import ShiftCancelled
from pointsvc.activities.queries import get_shift
from pointsvc.activities.rules import may_scan_in
from pointsvc.activities.scopes import scope_of
from pointsvc.checkin.changes import Changes, Ending
from pointsvc.checkin.errors import BackfillWaits, DecidedBefore, NothingToDecide, OwnHousehold
from pointsvc.checkin.facts import tariffs_for, undecided
from pointsvc.checkin.models import Scan
from pointsvc.checkin.presences import Presence, find_presences, lock_members
from pointsvc.checkin.queries import is_paired
from pointsvc.checkin.service.accepting import let_count, recorder_of, tell, waiting_scans
from pointsvc.checkin.service.closing import changes_of
from pointsvc.checkin.service.fitting import check_accepted, check_place
from pointsvc.communities.queries import get_community
from pointsvc.earning.limits import Wish
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.permission import Caller
from pointsvc.members.queries import holders_of
from pointsvc.members.remade import check_own_hands


@dataclass(frozen=True, slots=True)
class DecisionReceipt:
    """What a decision led to: the attendance's state, and what the member has by it now."""

    member_id: UUID
    state: str
    points: int
    minutes: int


def decide_attendance(
    *,
    community_id: UUID,
    caller: Caller,
    attendance_id: UUID,
    accept: bool,
    reason: str,
    now: datetime,
) -> DecisionReceipt:
    """Accept or annul an attendance that is provisional or held.

    Accepting releases what waits in review, posts its minutes, and pays what was not yet paid, below
    the minimum time too where a reason is given. Annulling takes what waits away.

    Raises:
        NotFound. Forbidden: not the caller's shift. OwnHousehold. DecidedBefore. BackfillWaits: it
        is let count or stopped as a backfill; and, accepting,
        WayInRemade: what is held, and somebody else made the caller's way in anew;
        ShiftCancelled, StillElsewhere, TimesOverlap, DayFull: see `fitting.check_accepted`.
    """
    changes = changes_of(get_community(community_id), now, caller.id)
    before = _locked(community_id, attendance_id)
    _check_may(community_id, caller, before.shift_id)
    if before.state not in {"provisional", "held"}:
        raise DecidedBefore
    if before.backfill_id is not None:
        raise BackfillWaits
    scans = waiting_scans(community_id, before)
    _check_not_own(community_id, caller, before.member_id, scans)
    if accept and before.state == "held":
        _check_own_hands(community_id, caller, now)
    change = _accept if accept else _annul
    minutes = change(changes, before, scans, reason)
    word = _word_for(before) if accept else "annulled"
    for scan in scans:
        changes.decide(scan.id, word, reason, caller.id)
    changes.carry_out()
    after = changes.presences[before.id]
    return DecisionReceipt(before.member_id, after.state, after.award_points, minutes)


def decide_lone_scan(
    *,
    community_id: UUID,
    caller: Caller,
    scan_id: UUID,
    accept: bool,
    reason: str,
    now: datetime,
) -> DecisionReceipt:
    """Release or annul a held scan without attendance: a drop, or a check-out without check-in.

    Raises:
        NotFound. Forbidden. OwnHousehold. DecidedBefore. NothingToDecide: only a drop in a shift
        can count. WayInRemade, ShiftCancelled: accepting.
    """
    scan = _lone(community_id, scan_id)
    assert scan.member_id is not None
    lock_members(community_id=community_id, member_ids=[scan.member_id])
    if scan.shift_id is not None:
        _check_may(community_id, caller, scan.shift_id)
    elif not scope_of(caller).runs_shifts:
        raise Forbidden
    if not undecided(community_id=community_id, scan_ids=[scan_id]):
        raise DecidedBefore
    _check_not_own(community_id, caller, scan.member_id, [scan])
    if accept:
        _check_own_hands(community_id, caller, now)
        _check_can_count(scan)
    changes = changes_of(get_community(community_id), now, caller.id)
    if scan.award_points:
        changes.endings.append(
            Ending(
                "scan",
                scan.id,
                0,
                reason,
                in_review=True,
                release=accept,
                recorded_by_id=recorder_of([scan]),
                approved_by_id=caller.id,
            )
        )
    if not accept:
        _return_drop_limit(changes, scan)
    changes.decide(scan.id, "released" if accept else "annulled", reason, caller.id)
    tell(changes, scan.member_id, accept=accept, points=scan.award_points)
    changes.carry_out()
    points = scan.award_points if accept else 0
    return DecisionReceipt(scan.member_id, "released" if accept else "annulled", points, 0)


def _lone(community_id: UUID, scan_id: UUID) -> Scan:
    """A held scan that no attendance stands for."""
    wanted = select(Scan).where(
        Scan.community_id == community_id,
        Scan.id == scan_id,
        Scan.verdict == "held",
        Scan.member_id.is_not(None),
        Scan.attendance_id.is_(None),
        ~is_paired(),
    )
    scan = db.session.scalars(wanted).one_or_none()
    if scan is None:
        raise NotFound
    return scan


def _check_can_count(scan: Scan) -> None:
    if scan.direction != "drop" or scan.shift_id is None:
        raise NothingToDecide
    if get_shift(scan.community_id, scan.shift_id).cancelled_at is not None:
        raise ShiftCancelled


def _word_for(before: Presence) -> str:
    return "confirmed" if before.state == "provisional" else "released"


def _accept(changes: Changes, before: Presence, scans: Sequence[Scan], reason: str) -> int:
    check_accepted(get_community(changes.community_id), before)
    return let_count(changes, before, scans, reason, minimum_percent=0 if reason else None)


def _annul(changes: Changes, before: Presence, scans: Sequence[Scan], reason: str) -> int:
    """Take away what waits; a doubtful check-out leaves the check-in standing."""
    day = clock.local_day(before.in_at, changes.zone)
    is_in_doubted = before.in_scan_id is None or any(s.id == before.in_scan_id for s in scans)
    after = before
    if before.is_in_review:
        changes.undo_award(before, on=day, reason=reason, approved_by_id=changes.actor_id)
        after = replace(before, award_points=0, award_holder_id=None, is_in_review=False)
    if is_in_doubted:
        after = replace(after, state="void")
    elif before.state == "provisional":
        after = replace(
            after, state="open", out_at=None, out_scan_id=None, minutes=0, closed_by=None
        )
        check_place(get_community(changes.community_id), after)
    else:
        after = replace(after, state="closed", minutes=0)
    changes.presences[before.id] = after
    tell(changes, before.member_id, accept=False, points=0)
    return 0


def _return_drop_limit(changes: Changes, scan: Scan) -> None:
    if not scan.award_points or scan.shift_id is None or scan.member_id is None:
        return
    code = get_shift(changes.community_id, scan.shift_id).activity_kind
    tariffs = tariffs_for(
        community_id=changes.community_id,
        codes=[code],
        member_ids=[scan.member_id],
        are_past=True,
    )
    day = clock.local_day(scan.happened_at, changes.zone)
    holder = tariffs.holder(tariffs.at(code, day), scan.member_id)
    changes.returned.append(Wish(code, holder, day, scan.award_points))


def _locked(community_id: UUID, attendance_id: UUID) -> Presence:
    found = find_presences(community_id=community_id, ids=[attendance_id])
    if not found:
        raise NotFound
    lock_members(community_id=community_id, member_ids=[found[0].member_id])
    return find_presences(community_id=community_id, ids=[attendance_id])[0]


def _check_may(community_id: UUID, caller: Caller, shift_id: UUID) -> None:
    shift = get_shift(community_id, shift_id)
    if not may_scan_in(scope_of(caller), shift.place_id, shift.led_by_id):
        raise Forbidden


def _check_not_own(
    community_id: UUID, caller: Caller, member_id: UUID, scans: Sequence[Scan]
) -> None:
    if caller.kind != "member" or caller.id is None:
        raise Forbidden
    holders = holders_of(community_id, [caller.id, member_id])
    is_own_scan = any(s.actor_kind == "member" and s.actor_id == caller.id for s in scans)
    if holders[caller.id] == holders[member_id] or is_own_scan:
        raise OwnHousehold


def _check_own_hands(community_id: UUID, caller: Caller, now: datetime) -> None:
    assert caller.id is not None, "a member, as was checked"
    check_own_hands(
        community_id=community_id,
        member_id=caller.id,
        by_card=caller.on_device_id is not None,
        now=now,
    )
