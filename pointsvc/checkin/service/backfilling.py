"""补录: somebody who runs shifts asks to count a member after the fact, with reason and evidence.

Source: docs/checkin.md §1.5. Nothing is counted before a second person of another group has agreed and
the delay has passed; each asker has a share of a month.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pointsvc.activities.errors import ShiftCancelled
from pointsvc.activities.queries import ShiftFacts, get_shift, shifts_between
from pointsvc.activities.rules import may_scan_in
from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import create_shift
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.checkin.backfills import (
    BackfillFacts,
    attendance_id_of,
    find_backfills,
    get_backfill,
    quota_wish,
)
from pointsvc.checkin.circles import circles_of
from pointsvc.checkin.errors import (
    BackfillIdReused,
    BackfillNotService,
    BackfillQuotaUsed,
    BackfillTooEarly,
    BackfillTooLate,
    OwnHousehold,
)
from pointsvc.checkin.facts import policy_of
from pointsvc.checkin.models import Backfill
from pointsvc.checkin.presences import Presence, lock_members
from pointsvc.checkin.rules import minutes_between
from pointsvc.checkin.rules.backfilling import MAKEUP, covers, fault_of_stay, is_near
from pointsvc.checkin.service.fitting import check_beside
from pointsvc.checkin.service.telling import tell
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.earning.limits import take_allowances
from pointsvc.earning.queries import find_versions
from pointsvc.earning.rules import in_force
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.permission import Caller
from pointsvc.members.errors import NotActive
from pointsvc.members.queries import active_ids


@dataclass(frozen=True, slots=True)
class AskedBackfill:
    """Whom to count, when, why, and what proves it.

    Either a shift is named, or a place and a kind of activity: the shift was never opened then.
    """

    member_id: UUID
    in_at: datetime
    out_at: datetime
    reason: str
    evidence: str
    witness_id: UUID | None = None
    shift_id: UUID | None = None
    place_id: UUID | None = None
    activity_kind: str = ""


def ask_backfill(
    *, community_id: UUID, caller: Caller, backfill_id: UUID, asked: AskedBackfill, now: datetime
) -> BackfillFacts:
    """Ask to count a member after the fact; the member is told. The same id twice is one.

    Where no shift was opened, one is: at the caller's own place, as for any shift of the past.

    Raises:
        NotFound: the member, the shift or the place. NotActive. Forbidden: not the caller's shift.
        OwnHousehold: the caller or their household. Invalid: times, kind, witness. ShiftCancelled.
        BackfillTooEarly. BackfillTooLate. BackfillNotService. BackfillAlready, TimesOverlap,
        DayFull: beside what the member has already. BackfillQuotaUsed. BackfillIdReused.

    Locks the member, then the asker's share of the month.
    """
    if caller.kind != "member" or caller.id is None:
        raise Forbidden
    known = find_backfills(community_id, Backfill.id == backfill_id)
    if known:
        return _same(known[0], caller.id, asked)
    community = get_community(community_id)
    states = lock_members(community_id=community_id, member_ids=[asked.member_id])
    if asked.member_id not in states:
        raise NotFound
    if states[asked.member_id] != "active":
        raise NotActive
    _check_people(community_id, caller.id, asked)
    shift = _shift_of(community, caller, asked, now)
    _check_times(community, shift, asked, now)
    _check_service(community, shift, asked)
    check_beside(community, _planned(community_id, backfill_id, shift, asked))
    _take_quota(community, caller.id, now)
    _store(community_id, caller.id, backfill_id, shift.id, asked, now)
    return get_backfill(community_id, backfill_id)


def _same(known: BackfillFacts, asker_id: UUID, asked: AskedBackfill) -> BackfillFacts:
    """A double tap gets what it made; other facts under the same id are refused."""
    values = asdict(asked)
    names = ("member_id", "in_at", "out_at", "reason", "evidence", "witness_id")
    is_same = all(getattr(known, name) == values[name] for name in names)
    is_there = asked.shift_id in {None, known.shift_id}
    if known.requested_by_id != asker_id or not is_same or not is_there:
        raise BackfillIdReused
    return known


def _check_people(community_id: UUID, asker_id: UUID, asked: AskedBackfill) -> None:
    """Never for oneself or one's household; a witness is neither's household either."""
    circles = circles_of(community_id, [asker_id, asked.member_id, asked.witness_id])
    asker, member = circles[asker_id], circles[asked.member_id]
    if is_near(asker, member):
        raise OwnHousehold
    if asked.witness_id is None:
        return
    if not active_ids(community_id, [asked.witness_id]):
        raise NotFound
    witness = circles[asked.witness_id]
    if is_near(witness, asker) or is_near(witness, member):
        raise Invalid({"witness_id": [_("见证人要是另一个人，不能是您、本人或你们的家人。")]})


def _shift_of(
    community: CommunityFacts, caller: Caller, asked: AskedBackfill, now: datetime
) -> ShiftFacts:
    """The shift that is named, the one that covered that time, or one opened for it now."""
    scope = scope_of(caller)
    if asked.shift_id is not None:
        shift = get_shift(community.id, asked.shift_id)
    else:
        shift = _covering(community, asked) or _opened(community, caller, asked, now)
    if not may_scan_in(scope, shift.place_id, shift.led_by_id):
        raise Forbidden
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if shift.ends_at > now:
        raise BackfillTooEarly
    return shift


def _covering(community: CommunityFacts, asked: AskedBackfill) -> ShiftFacts | None:
    if asked.place_id is None:
        raise Invalid({"place_id": [_("请选地点。")]})
    grace = policy_of(community).grace_minutes
    found = shifts_between(
        community_id=community.id,
        since=asked.in_at - timedelta(hours=1),
        until=asked.out_at,
        place_ids=[asked.place_id],
    )
    alike = (each for each in found if each.activity_kind == asked.activity_kind)
    fitting = (each for each in alike if _covers(each, asked, grace))
    return next(fitting, None)


def _covers(shift: ShiftFacts, asked: AskedBackfill, grace_minutes: int) -> bool:
    return covers(
        shift.starts_at,
        shift.ends_at,
        in_at=asked.in_at,
        out_at=asked.out_at,
        grace_minutes=grace_minutes,
    )


def _opened(
    community: CommunityFacts, caller: Caller, asked: AskedBackfill, now: datetime
) -> ShiftFacts:
    """Everybody who is recorded for the same hours at the same place is in the same shift."""
    assert caller.id is not None
    assert asked.place_id is not None
    if asked.out_at > now:
        raise Invalid({"out_at": [_("时间不能在将来。")]})
    facts = (asked.place_id, asked.activity_kind, asked.in_at, asked.out_at)
    return create_shift(
        community_id=community.id,
        scope=scope_of(caller),
        created_by_id=caller.id,
        shift_id=derived_id("backfilled-shift", community.id, *facts),
        activity_kind=asked.activity_kind,
        place_id=asked.place_id,
        starts_at=asked.in_at,
        ends_at=asked.out_at,
        capacity=None,
        now=now,
    )


def _check_times(
    community: CommunityFacts, shift: ShiftFacts, asked: AskedBackfill, now: datetime
) -> None:
    messages = {
        "order": _("结束须在开始之后。"),
        "future": _("时间不能在将来。"),
        "outside": _("不在这一场的时间里。"),
    }
    fault = fault_of_stay(
        in_at=asked.in_at,
        out_at=asked.out_at,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        grace_minutes=policy_of(community).grace_minutes,
        now=now,
    )
    if fault is not None:
        name, word = fault
        raise Invalid({name: [messages[word]]})
    days = community.settings.backfill_days
    if asked.out_at < now - timedelta(days=days):
        raise BackfillTooLate(days=days)


def _check_service(community: CommunityFacts, shift: ShiftFacts, asked: AskedBackfill) -> None:
    """Work that counts as service, on a day on which work counted afterwards has a tariff."""
    on = clock.local_day(asked.in_at, community.zone)
    versions = find_versions(community_id=community.id, codes=[shift.activity_kind, MAKEUP])
    own, makeup = (in_force(versions.get(code, []), on) for code in (shift.activity_kind, MAKEUP))
    is_service = own is not None and own.counts_as_service
    if not is_service or makeup is None or shift.kind.counted_by != "attendance":
        raise BackfillNotService


def _planned(
    community_id: UUID, backfill_id: UUID, shift: ShiftFacts, asked: AskedBackfill
) -> Presence:
    return Presence(
        id=attendance_id_of(community_id, backfill_id),
        member_id=asked.member_id,
        shift_id=shift.id,
        state="held",
        in_at=asked.in_at,
        out_at=asked.out_at,
        minutes=minutes_between(asked.in_at, asked.out_at),
        shift_starts_at=shift.starts_at,
        shift_ends_at=shift.ends_at,
        activity_kind=shift.activity_kind,
        backfill_id=backfill_id,
    )


def _take_quota(community: CommunityFacts, asker_id: UUID, now: datetime) -> None:
    """Take one of the asker's month, under a lock and a CHECK (S3): two at once never get more."""
    quota = community.settings.backfill_quota
    wish = quota_wish(asker_id, clock.local_day(now, community.zone), quota)
    if take_allowances(community_id=community.id, wishes=[wish], whole=True) != [1]:
        raise BackfillQuotaUsed(quota=quota)


def _store(
    community_id: UUID,
    asker_id: UUID,
    backfill_id: UUID,
    shift_id: UUID,
    asked: AskedBackfill,
    now: datetime,
) -> None:
    values: dict[str, Any] = asdict(asked)
    for name in ("shift_id", "place_id", "activity_kind"):
        del values[name]
    db.session.add(
        Backfill(
            community_id=community_id,
            id=backfill_id,
            shift_id=shift_id,
            requested_by_id=asker_id,
            requested_at=now,
            state="requested",
            **values,
        )
    )
    note(
        community_id=community_id,
        actor=Actor("member", asker_id),
        action="checkin.backfill_requested",
        subject_id=backfill_id,
        now=now,
    )
    db.session.flush()
    tell(get_backfill(community_id, backfill_id), community_id, "requested", now)
