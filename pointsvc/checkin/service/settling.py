"""Doubts that settle themselves: two offline phones tell of one day, piece by piece.

A check-in that an upload brings while the person still seems to be elsewhere is held. When the
missing check-out arrives and the two stays do not meet, nothing is left to look at: the books are
then the same as if the scans had come in the order in which they happened (docs/checkin.md §2, batch).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from pointsvc.checkin.facts import policy_of
from pointsvc.checkin.models import Scan
from pointsvc.checkin.presences import Presence, held_presences
from pointsvc.checkin.rules import Policy, Reason
from pointsvc.checkin.service.accepting import let_count, waiting_scans
from pointsvc.checkin.service.closing import changes_of
from pointsvc.checkin.service.fitting import check_accepted
from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict

SETTLED = "checkin.no_overlap"
FOLLOWING = frozenset({Reason.OVERLAP, Reason.WAITING, Reason.NOT_IN})


def settle_overlaps(
    *, community: CommunityFacts, member_ids: Collection[UUID], now: datetime
) -> int:
    """Release what these members have waiting only because stays seemed to meet; how many.

    The caller holds the members' locks and has written its own changes.
    """
    return sum(
        _settle(community, presence, now)
        for presence in held_presences(community_id=community.id, member_ids=member_ids)
    )


def _settle(community: CommunityFacts, presence: Presence, now: datetime) -> bool:
    scans, policy = waiting_scans(community.id, presence), policy_of(community)
    if presence.closed_by == "auto" or not _is_all_about_overlap(scans, policy):
        return False
    with suppress(Conflict):
        others = check_accepted(community, presence)
        if _is_long(community, policy, [presence, *others]):
            return False
        changes = changes_of(community, now)
        let_count(changes, presence, scans, SETTLED)
        for scan in scans:
            changes.decide(scan.id, "released", SETTLED, None)
        changes.carry_out()
        return True
    return False


def _is_all_about_overlap(scans: Sequence[Scan], policy: Policy) -> bool:
    reasons = {scan.reason for scan in scans}
    limit = timedelta(minutes=policy.late_minutes)
    is_late = any(scan.received_at - scan.happened_at > limit for scan in scans)
    return Reason.OVERLAP in reasons and reasons <= FOLLOWING and not is_late


def _is_long(community: CommunityFacts, policy: Policy, stays: Sequence[Presence]) -> bool:
    """Whether the day of the first stay is longer than what counts by itself."""
    day = clock.local_day(stays[0].in_at, community.zone)
    minutes = (s.minutes for s in stays if clock.local_day(s.in_at, community.zone) == day)
    return sum(minutes) > policy.day_minutes_auto
