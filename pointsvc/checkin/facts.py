"""What decides about scans, read for all of them at once: shifts, tariffs, holders, contacts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from pointsvc.activities.queries import ShiftFacts, find_shifts, shifts_between
from pointsvc.activities.rules import LENGTH_MAX, Scope
from pointsvc.checkin.models import Scan, ScanDecision
from pointsvc.checkin.rules import CONTACT_SLACK, EARLY, Policy, Reason, ShiftSeen
from pointsvc.communities.queries import CommunityFacts
from pointsvc.earning.queries import find_versions
from pointsvc.earning.rules import TariffFacts, in_force
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.members.heirs import heirs_of
from pointsvc.members.queries import holders_of

GRACE_MAX = timedelta(hours=12)
STAY_MAX = LENGTH_MAX + GRACE_MAX


@dataclass(frozen=True, slots=True)
class Tariffs:
    """The tariff versions that some scans may need, and whose caps count.

    `heirs` are who goes on for those whose accounts were merged since.
    """

    versions: Mapping[str, list[TariffFacts]]
    households: Mapping[UUID, UUID] = field(default_factory=dict)
    heirs: Mapping[UUID, UUID] = field(default_factory=dict)

    def at(self, code: str, on: date) -> TariffFacts | None:
        """The version in force on the day."""
        return in_force(self.versions.get(code, []), on)

    def of(self, tariff_id: UUID | None) -> TariffFacts | None:
        """The version with this id: the one that was in force at a check-in."""
        every = (version for versions in self.versions.values() for version in versions)
        return next((version for version in every if version.id == tariff_id), None)

    def holder(self, tariff: TariffFacts | None, member_id: UUID) -> UUID:
        """Whose limits count for a member under this tariff."""
        counted_id = self.heirs.get(member_id, member_id)
        if tariff is not None and tariff.cap_holder == "household":
            return self.households.get(counted_id, counted_id)
        return counted_id


@dataclass(frozen=True, slots=True)
class PendingOut:
    """A held check-out that came before its check-in."""

    scan_id: UUID
    member_id: UUID
    shift_id: UUID
    proof: str
    actor_id: UUID
    happened_at: datetime
    received_at: datetime
    quantity: int


def policy_of(community: CommunityFacts) -> Policy:
    """The settings that decide about scans."""
    settings = community.settings
    return Policy(
        grace_minutes=settings.check_out_grace_minutes,
        day_minutes_auto=settings.day_minutes_auto,
        day_minutes_held=settings.day_minutes_held,
        late_minutes=settings.late_minutes,
    )


def seen(shift: ShiftFacts) -> ShiftSeen:
    """A shift as the rules see it."""
    kind = shift.kind
    ways = {
        "leader": kind.by_leader,
        "shift_code": kind.by_shift_code,
        "sign": kind.by_sign,
        "roster": kind.by_roster,
    }
    return ShiftSeen(
        id=shift.id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        created_at=shift.created_at,
        is_cancelled=shift.cancelled_at is not None,
        counted_by=kind.counted_by,
        ways=frozenset(way for way, is_on in ways.items() if is_on),
    )


def named_shifts(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, ShiftFacts]:
    """The shifts that scans name; foreign ones are missing."""
    return find_shifts(community_id=community_id, ids=ids)


def shifts_around(
    *,
    community_id: UUID,
    moments: Collection[datetime],
    scopes: Collection[Scope],
    sign_places: Collection[UUID],
) -> list[ShiftFacts]:
    """Shifts near the moments that scans without a shift may mean: the senders', or at a sign."""
    places = {place for scope in scopes for place in scope.places} | set(sign_places)
    is_everywhere = any(scope.is_everywhere for scope in scopes)
    return shifts_between(
        community_id=community_id,
        since=min(moments) - GRACE_MAX,
        until=max(moments) + EARLY + timedelta(seconds=1),
        place_ids=None if is_everywhere else places,
        or_led_by_ids=[scope.id for scope in scopes if scope.runs_shifts and scope.id],
        with_cancelled=True,
    )


def tariffs_for(
    *,
    community_id: UUID,
    codes: Collection[str],
    member_ids: Collection[UUID],
    are_past: bool = False,
) -> Tariffs:
    """The versions of these activities; households only where a cap counts for them.

    `are_past`: deeds of some time ago, so that somebody may have been merged into another meanwhile,
    who used the same cap. Who scans now was not: nothing more is asked of the database.
    """
    if not codes:
        return Tariffs({})
    versions = find_versions(community_id=community_id, codes=codes)
    heirs = heirs_of(community_id, member_ids) if are_past else {}
    counted = [heirs.get(each, each) for each in member_ids]
    by_household = any(v.cap_holder == "household" for some in versions.values() for v in some)
    return Tariffs(versions, holders_of(community_id, counted) if by_household else {}, heirs)


def last_contacts(
    *, community_id: UUID, actor_ids: Collection[UUID], now: datetime
) -> dict[UUID, datetime]:
    """When the scanning persons and devices were last online, leaving out the last few minutes.

    A live scan proves it. Uploads do not count, so that the order of uploads changes nothing.
    """
    found = db.session.execute(
        select(Scan.actor_id, func.max(Scan.received_at))
        .where(
            Scan.community_id == community_id,
            Scan.actor_id.in_(actor_ids),
            Scan.received_at == Scan.happened_at,
            Scan.received_at <= now - CONTACT_SLACK,
        )
        .group_by(Scan.actor_id)
    )
    return {row[0]: row[1] for row in found}


def pending_outs(
    *, community_id: UUID, member_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], list[PendingOut]]:
    """Held check-outs of these members that still wait for their check-in, earliest first."""
    rows = db.session.execute(
        select(
            Scan.id,
            Scan.member_id,
            Scan.shift_id,
            Scan.proof,
            Scan.actor_id,
            Scan.happened_at,
            Scan.received_at,
            Scan.quantity,
        )
        .outerjoin(
            ScanDecision,
            and_(
                ScanDecision.community_id == Scan.community_id,
                ScanDecision.scan_id == Scan.id,
            ),
        )
        .where(
            Scan.community_id == community_id,
            Scan.member_id.in_(member_ids),
            Scan.verdict == "held",
            Scan.reason == str(Reason.NOT_IN),
            Scan.shift_id.is_not(None),
            ScanDecision.id.is_(None),
        )
        .order_by(Scan.happened_at, Scan.id)
    )
    found: dict[tuple[UUID, UUID], list[PendingOut]] = {}
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        pending = PendingOut(*values)
        found.setdefault((pending.member_id, pending.shift_id), []).append(pending)
    return found


def days_around(moments: Collection[datetime], zone: str) -> tuple[datetime, datetime]:
    """From the first moment of the earliest day to the last of the latest, in the zone."""
    first, _ = clock.day_bounds(clock.local_day(min(moments), zone), zone)
    _, last = clock.day_bounds(clock.local_day(max(moments), zone), zone)
    return first, last


def undecided(*, community_id: UUID, scan_ids: Collection[UUID]) -> list[UUID]:
    """Those of the scans that were provisional or held and are not decided yet."""
    if not scan_ids:
        return []
    wanted = (
        select(Scan.id)
        .outerjoin(
            ScanDecision,
            and_(
                ScanDecision.community_id == Scan.community_id,
                ScanDecision.scan_id == Scan.id,
            ),
        )
        .where(
            Scan.community_id == community_id,
            Scan.id.in_(scan_ids),
            Scan.verdict.in_(("provisional", "held")),
            ScanDecision.id.is_(None),
        )
        .order_by(Scan.id)
    )
    return list(db.session.scalars(wanted))
