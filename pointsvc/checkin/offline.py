"""Scanning without network: whose scans wait on a phone, and what the phone may keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts, shifts_between
from pointsvc.activities.rules import Scope, may_scan_in
from pointsvc.activities.scopes import scope_of
from pointsvc.checkin.duties import phase_of
from pointsvc.communities.queries import CommunityFacts
from pointsvc.earning.queries import tariff_in_force
from pointsvc.kernel import clock
from pointsvc.kernel.errors import SignInRequired
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.permission import Caller
from pointsvc.organisation.permissions import may

DAYS_AHEAD: Final = 2  # today's, and tomorrow's for whoever sets out early


@dataclass(frozen=True, slots=True)
class KeptShift:
    """A shift as a phone keeps it: no names, no numbers of people.

    `counts` says what a scan in it counts: a stay, units of a stay (households), or a drop.
    """

    shift: ShiftFacts
    counts: str


def owner_of(caller: Caller) -> UUID | None:
    """Whose a queue of unsent scans is: an id that means nothing elsewhere; None: no queue at all.

    Somebody signed in by card on a shared device has none: the next one there is somebody else.
    """
    is_guest = caller.on_device_id is not None
    if caller.id is None or is_guest or not may(caller, "checkin.offline"):
        return None
    return derived_id("offline", caller.id)


def check_owner(caller: Caller, said: str | None) -> None:
    """A browser says whose queue it sends; in another tab somebody else may just have signed in.

    Raises:
        SignInRequired: the queue is not the caller's. It stays in the browser.
    """
    if said is not None and said != str(owner_of(caller)):
        raise SignInRequired


def shifts_to_keep(community: CommunityFacts, caller: Caller, now: datetime) -> list[KeptShift]:
    """The shifts of today and tomorrow that the caller may scan in and that are not over."""
    scope = scope_of(caller)
    today = clock.local_day(now, community.zone)
    since, _ = clock.day_bounds(today, community.zone)
    _, until = clock.day_bounds(today + timedelta(days=DAYS_AHEAD - 1), community.zone)
    shifts = shifts_between(
        community_id=community.id,
        since=since,
        until=until,
        place_ids=None if scope.is_everywhere else list(scope.places),
        or_led_by_ids=[scope.id] if scope.id else [],
    )
    return [
        KeptShift(shift, _counts(community, shift))
        for shift in shifts
        if _is_mine(scope, shift) and phase_of(shift, community, now) != "over"
    ]


def _is_mine(scope: Scope, shift: ShiftFacts) -> bool:
    """Drops are the attendants' and the scanners' (contract: who scans what)."""
    may_drop = scope.is_device or "attendant" in scope.roles
    is_drop = shift.kind.counted_by == "drop"
    return may_scan_in(scope, shift.place_id, shift.led_by_id) and (may_drop or not is_drop)


def _counts(community: CommunityFacts, shift: ShiftFacts) -> str:
    if shift.kind.counted_by == "drop":
        return "drop"
    on = clock.local_day(shift.starts_at, community.zone)
    tariff = tariff_in_force(community_id=community.id, code=shift.activity_kind, on=on)
    return "units" if tariff is not None and tariff.basis == "quantity" else "stay"
