"""Whether people can come: what takes them that week, and how many hours are theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, select

from pointsvc.activities.engagements import engagements_of
from pointsvc.activities.models import Shift, Signup
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.plots.models import Substitution
from pointsvc.plots.people.wishes import wishes_of
from pointsvc.plots.rules.roster import Stretch, limit_of, week_of
from pointsvc.plots.rules.wishes import NONE, Wishes

HOUR = 60


def stretch_of(starts_at: datetime, ends_at: datetime, zone: str) -> Stretch:
    """A time on the community's clocks, with the week in which it begins."""
    return Stretch(starts_at, ends_at, week_of(clock.local_day(starts_at, zone)))


def taken_by(
    community: CommunityFacts, member_ids: Collection[UUID], since: datetime, until: datetime
) -> dict[UUID, tuple[Stretch, ...]]:
    """What each is signed up for, from the Monday before `since` to the Sunday after `until`."""
    first = week_of(clock.local_day(since, community.zone))
    last = week_of(clock.local_day(until, community.zone)) + timedelta(days=7)
    found = engagements_of(
        community.id,
        member_ids,
        clock.day_bounds(first, community.zone)[0],
        clock.day_bounds(last, community.zone)[0],
    )
    return {
        member_id: tuple(stretch_of(e.starts_at, e.ends_at, community.zone) for e in some)
        for member_id, some in found.items()
    }


def week_minutes_of(community: CommunityFacts, wishes: Wishes) -> int:
    """Their own hours a week, or the community's."""
    return HOUR * (wishes.week_hours_max or community.settings.care_week_hours)


def limits_at(
    community: CommunityFacts, member_ids: Collection[UUID], starts_at: datetime, ends_at: datetime
) -> dict[UUID, str | None]:
    """For each: `overlaps` or `week_full` where they cannot come then; None where they can."""
    taken = taken_by(community, member_ids, starts_at, ends_at)
    wishes = wishes_of(community.id, member_ids)
    when = stretch_of(starts_at, ends_at, community.zone)
    return {
        member_id: limit_of(
            when, taken[member_id], week_minutes_of(community, wishes.get(member_id, NONE))
        )
        for member_id in member_ids
    }


def absent_at(
    community_id: UUID, member_ids: Collection[UUID], starts_at: datetime, ends_at: datetime
) -> set[UUID]:
    """Who of them said of a shift at that time that they cannot come, and did not come back to it."""
    return {row[0] for row in _absences(community_id, member_ids, starts_at, ends_at)}


def absences_of(
    community: CommunityFacts, member_ids: Collection[UUID], since: datetime, until: datetime
) -> dict[UUID, list[Stretch]]:
    """When each of them said that they cannot come, on whatever plot; the others are missing."""
    found: dict[UUID, list[Stretch]] = {}
    for member_id, starts_at, ends_at in _absences(community.id, member_ids, since, until):
        when = stretch_of(starts_at, ends_at, community.zone)
        found.setdefault(member_id, []).append(when)
    return found


def _absences(
    community_id: UUID, member_ids: Collection[UUID], since: datetime, until: datetime
) -> Sequence[tuple[UUID, datetime, datetime]]:
    is_back = exists().where(
        Signup.community_id == Substitution.community_id,
        Signup.shift_id == Substitution.shift_id,
        Signup.member_id == Substitution.left_by_id,
        Signup.left_at.is_(None),
    )
    rows = db.session.execute(
        select(Substitution.left_by_id, Shift.starts_at, Shift.ends_at)
        .join(
            Shift,
            and_(
                Shift.community_id == Substitution.community_id, Shift.id == Substitution.shift_id
            ),
        )
        .where(
            Substitution.community_id == community_id,
            Substitution.left_by_id.in_(member_ids),
            Substitution.state.in_(("open", "taken")),
            Shift.cancelled_at.is_(None),
            Shift.starts_at < until,
            Shift.ends_at > since,
            ~is_back,
        )
        .order_by(Shift.starts_at)
    )
    return [(row[0], row[1], row[2]) for row in rows]
