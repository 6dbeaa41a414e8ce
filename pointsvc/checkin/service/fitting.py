"""Whether an attendance that a person lets count fits beside the member's others."""

from __future__ import annotations

from datetime import timedelta

from pointsvc.activities.errors import ShiftCancelled
from pointsvc.checkin.errors import DayFull, StillElsewhere, TimesOverlap
from pointsvc.checkin.facts import STAY_MAX, policy_of
from pointsvc.checkin.presences import Presence, presences_of
from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock

MINUTES_IN_HOUR = 60
MOMENT = timedelta(microseconds=1)


def check_accepted(community: CommunityFacts, presence: Presence) -> list[Presence]:
    """Nobody lets count what no scan could: a cancelled shift, two places at once, too long a day.

    Returns what counts around it. The caller holds the member's lock.

    Raises:
        ShiftCancelled. StillElsewhere. TimesOverlap. DayFull.
    """
    if presence.is_cancelled:
        raise ShiftCancelled
    others = check_place(community, presence)
    most = policy_of(community).day_minutes_held
    day = clock.local_day(presence.in_at, community.zone)
    same_day = [o.minutes for o in others if clock.local_day(o.in_at, community.zone) == day]
    if presence.minutes and sum(same_day) + presence.minutes > most:
        raise DayFull(hours=most // MINUTES_IN_HOUR)
    return others


def check_place(community: CommunityFacts, presence: Presence) -> list[Presence]:
    """The member's other attendances that count around it, none of them at the same time.

    The caller holds the member's lock.

    Raises:
        StillElsewhere: still checked in at another shift. TimesOverlap: was there at the time.
    """
    others = _others(community, presence)
    if presence.out_at is None and any(other.state == "open" for other in others):
        raise StillElsewhere
    grace = policy_of(community).grace_minutes
    end = presence.out_at or presence.in_at + MOMENT
    if any(other.stay(grace).meets(presence.in_at, end) for other in others):
        raise TimesOverlap
    return others


def _others(community: CommunityFacts, presence: Presence) -> list[Presence]:
    since, _ = clock.day_bounds(clock.local_day(presence.in_at, community.zone), community.zone)
    found = presences_of(
        community_id=community.id,
        member_ids=[presence.member_id],
        shift_ids=[],
        since=since - STAY_MAX,
        until=presence.in_at + STAY_MAX,
    )
    return [each for each in found if each.id != presence.id and each.state in {"open", "closed"}]
