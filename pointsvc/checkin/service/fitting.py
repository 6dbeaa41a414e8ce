"""Whether an attendance that a person lets count fits beside the member's others."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from pointsvc.activities.errors import ShiftCancelled
from pointsvc.checkin.errors import BackfillAlready, DayFull, StillElsewhere, TimesOverlap
from pointsvc.checkin.facts import STAY_MAX, policy_of
from pointsvc.checkin.models import Backfill
from pointsvc.checkin.presences import Presence, presences_of
from pointsvc.checkin.rules.backfilling import meets
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
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


def check_beside(community: CommunityFacts, presence: Presence) -> None:
    """Whether work of the past fits beside all that the member has, counted or still waiting.

    The caller holds the member's lock.

    Raises:
        What `check_accepted` raises. BackfillAlready: something waits at that time, or the member
        has been counted in that very shift, or another backfill was asked for.
    """
    assert presence.out_at is not None
    if _is_taken(community, presence) or _is_asked(community, presence):
        raise BackfillAlready
    check_accepted(community, presence)


def _is_taken(community: CommunityFacts, presence: Presence) -> bool:
    """Whether the member has an attendance in that shift, or one that waits at that time."""
    assert presence.out_at is not None
    grace = policy_of(community).grace_minutes
    found = presences_of(
        community_id=community.id,
        member_ids=[presence.member_id],
        shift_ids=[presence.shift_id],
        since=presence.in_at - STAY_MAX,
        until=presence.out_at,
    )
    others = [other for other in found if other.id != presence.id]
    waiting = (other for other in others if other.state in {"provisional", "held"})
    stays = [(other.in_at, other.stay(grace).until) for other in waiting]
    is_there = meets(stays, in_at=presence.in_at, out_at=presence.out_at)
    return is_there or any(other.shift_id == presence.shift_id for other in others)


def _is_asked(community: CommunityFacts, presence: Presence) -> bool:
    """Whether another backfill of that time waits for its second person."""
    asked = select(Backfill.id).where(
        Backfill.community_id == community.id,
        Backfill.member_id == presence.member_id,
        Backfill.id != presence.backfill_id,
        Backfill.state == "requested",
        Backfill.in_at < presence.out_at,
        Backfill.out_at > presence.in_at,
    )
    return db.session.scalars(asked).first() is not None


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
