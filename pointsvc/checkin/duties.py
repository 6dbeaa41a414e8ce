"""What somebody who runs shifts works with: their shifts of a day, and the people of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.activities.errors import ShiftCancelled, ShiftOver
from pointsvc.activities.queries import ShiftFacts, shifts_between, signups_of
from pointsvc.activities.rules import Scope, may_scan_in
from pointsvc.checkin.cuts import cuts_of
from pointsvc.checkin.drops import Standing, corrected_at
from pointsvc.checkin.models import Scan
from pointsvc.checkin.queries import Present, counts_at, present_at
from pointsvc.checkin.rules import EARLY
from pointsvc.checkin.second_signals import SecondSignal, second_signals_at
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.vault import mask_name
from pointsvc.members.queries import active_ids, names_of
from pointsvc.organisation.queries import people_of_groups, tended_places

Phase = Literal["open", "later", "over"]
LATEST = 8


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift that one may scan in, whether it takes scans now, and how many came."""

    shift: ShiftFacts
    phase: Phase
    present_count: int


@dataclass(frozen=True, slots=True)
class People:
    """The people of a shift: here now, expected and not here, gone again.

    `signals` says for whom something else than a leader made the sign count, `cuts` who earned
    less than the time, and why.
    """

    here: list[Present]
    expected: list[tuple[UUID, str]]
    gone: list[Present]
    signals: Mapping[UUID, SecondSignal] = field(default_factory=dict)
    cuts: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def came_count(self) -> int:
        """How many were counted."""
        return len(self.here) + len(self.gone)


@dataclass(frozen=True, slots=True)
class Drop:
    """A drop as the tally shows it, after its corrections."""

    id: UUID
    name: str
    at: datetime
    quantity: int
    points: int
    reason: str | None
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What a station shift has counted so far."""

    drops: int
    units: int
    points: int
    latest: list[Drop]


def duties_on(community: CommunityFacts, scope: Scope, on: date, now: datetime) -> list[Duty]:
    """The shifts of a day that the caller may scan in: open ones first, then by their start."""
    since, until = clock.day_bounds(on, community.zone)
    places = None if scope.is_everywhere else list(scope.places)
    shifts = shifts_between(
        community_id=community.id,
        since=since,
        until=until,
        place_ids=places,
        or_led_by_ids=[scope.id] if scope.id else [],
    )
    mine = [s for s in shifts if may_scan_in(scope, s.place_id, s.led_by_id)]
    counts = counts_at(community.id, [shift.id for shift in mine])
    duties = [
        Duty(shift, phase_of(shift, community, now), counts.get(shift.id, 0)) for shift in mine
    ]
    order = {"open": 0, "later": 1, "over": 2}
    return sorted(duties, key=lambda duty: order[duty.phase])


def open_duties(community: CommunityFacts, scope: Scope, now: datetime) -> list[Duty]:
    """Those of today's shifts that take scans now."""
    today = clock.local_day(now, community.zone)
    return [duty for duty in duties_on(community, scope, today, now) if duty.phase == "open"]


def at_place(community: CommunityFacts, place_id: UUID, now: datetime) -> list[ShiftFacts]:
    """The shifts at a place that take scans now, the earliest first."""
    grace = timedelta(minutes=community.settings.check_out_grace_minutes)
    shifts = shifts_between(
        community_id=community.id,
        since=now - grace,
        until=now + EARLY + timedelta(seconds=1),
        place_ids=[place_id],
    )
    return [shift for shift in shifts if phase_of(shift, community, now) == "open"]


def phase_of(shift: ShiftFacts, community: CommunityFacts, now: datetime) -> Phase:
    """Whether a shift takes scans: half an hour before it begins, until its grace is over."""
    if now < shift.starts_at - EARLY:
        return "later"
    is_drop = shift.kind.counted_by == "drop"
    grace = 0 if is_drop else community.settings.check_out_grace_minutes
    return "open" if now <= shift.ends_at + timedelta(minutes=grace) else "over"


def check_code_of(shift: ShiftFacts, community: CommunityFacts, now: datetime) -> None:
    """A shift's code is shown while somebody can still check out with it.

    Raises:
        ShiftCancelled, ShiftOver.
    """
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if phase_of(shift, community, now) == "over":
        raise ShiftOver


def people_at(community_id: UUID, shift: ShiftFacts) -> People:
    """Who is here, who is expected (the tending group's people, and who signed up), who left."""
    present = present_at(community_id, shift.id)
    came = {each.member_id for each in present}
    expected = _expected(community_id, shift, without=came)
    return People(
        here=[each for each in present if each.out_at is None],
        expected=sorted(expected.items(), key=lambda person: person[1]),
        gone=[each for each in present if each.out_at is not None],
        signals=second_signals_at(community_id, shift.id),
        cuts=cuts_of(community_id, present),
    )


def latest_name_at(community_id: UUID, shift_id: UUID) -> str | None:
    """The masked name of who came last: all that a screen in public shows (docs/checkin.md §2)."""
    present = present_at(community_id, shift_id)
    latest = max(present, key=lambda each: each.out_at or each.in_at, default=None)
    return mask_name(latest.name) if latest else None


def tally_of(community_id: UUID, shift_id: UUID) -> Tally:
    """The drops of a station shift: how many, how much, what they earned, the latest."""
    counted = (
        Scan.community_id == community_id,
        Scan.shift_id == shift_id,
        Scan.direction == "drop",
        Scan.verdict.in_(("accepted", "held")),
    )
    sums = select(
        func.count(), func.coalesce(func.sum(Scan.quantity), 0), func.sum(Scan.award_points)
    ).where(*counted)
    drops, units, points = db.session.execute(sums).one()
    corrected = corrected_at(community_id, shift_id)
    before = db.session.execute(
        select(Scan.id, Scan.quantity, Scan.award_points).where(
            Scan.community_id == community_id, Scan.id.in_(corrected)
        )
    ).all()
    units += sum(corrected[row.id].quantity - row.quantity for row in before)
    points = (points or 0) + sum(corrected[row.id].points - row.award_points for row in before)
    wanted = select(Scan).where(*counted).order_by(Scan.received_at.desc(), Scan.id.desc())
    rows = db.session.scalars(wanted.limit(LATEST)).all()
    names = names_of(community_id, {row.member_id for row in rows if row.member_id})
    latest = [
        _drop(row, names.get(row.member_id, "") if row.member_id else "", corrected.get(row.id))
        for row in rows
    ]
    return Tally(drops, int(units), int(points), latest)


def _drop(row: Scan, name: str, now: Standing | None) -> Drop:
    return Drop(
        row.id,
        name,
        row.happened_at,
        now.quantity if now else row.quantity,
        now.points if now else row.award_points,
        row.reason or None,
        is_corrected=now is not None,
    )


def _expected(community_id: UUID, shift: ShiftFacts, *, without: set[UUID]) -> dict[UUID, str]:
    group_id = tended_places(community_id).get(shift.place_id)
    group = people_of_groups(community_id, [group_id])[group_id] if group_id else []
    signed_up = [each.member_id for each in signups_of(community_id, shift.id)]
    wanted = {*group, *signed_up} - without
    return names_of(community_id, active_ids(community_id, wanted))
