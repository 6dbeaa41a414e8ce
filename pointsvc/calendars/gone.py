"""Addresses of calendars of somebody who goes on under another account, or is erased: they end."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from pointsvc.calendars.models import CalendarFeed
from pointsvc.extensions import db
from pointsvc.members.changes import Erasure, Merge


def follow(merge: Merge) -> None:
    """The survivor makes their own: an address that a phone keeps is a key."""
    _end(merge.community_id, merge.from_id)


def forget(erasure: Erasure) -> None:
    """Nothing is shown any more."""
    _end(erasure.community_id, erasure.member_id)


def _end(community_id: UUID, member_id: UUID) -> None:
    mine = (CalendarFeed.community_id == community_id, CalendarFeed.member_id == member_id)
    db.session.execute(delete(CalendarFeed).where(*mine))
