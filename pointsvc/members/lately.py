"""Who shared a home of late: moving out for a day makes nobody a stranger (L15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from pointsvc.extensions import db
from pointsvc.members.models import HouseholdMembership
from pointsvc.members.queries import in_chunks

LATELY: Final = timedelta(days=30)


def homes_of(
    community_id: UUID, people: Iterable[UUID], asked_at: datetime
) -> dict[UUID, set[UUID]]:
    """Each with all households of theirs of the month before something was asked, and since."""
    homes, home = {each: {each} for each in people}, HouseholdMembership
    for chunk in in_chunks(homes):
        rows = db.session.execute(
            select(home.member_id, home.household_id).where(
                home.community_id == community_id,
                home.member_id.in_(chunk),
                or_(home.left_at.is_(None), home.left_at > asked_at - LATELY),
            )
        )
        for member_id, household_id in rows:
            homes[member_id].add(household_id)
    return homes


def near_homes(community_id: UUID, people: Iterable[UUID], asked_at: datetime) -> set[UUID]:
    """These people, and all of those households."""
    return set().union(*homes_of(community_id, people, asked_at).values())
