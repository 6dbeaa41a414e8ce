"""Reading deliveries, as numbers alone: how many wait, since when, how many did not get through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from pointsvc.communities.models import Community
from pointsvc.extensions import db
from pointsvc.messages.models import Delivery

COUNT_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many deliveries are in a state, counted to ten thousand, and when the oldest was made."""

    count: int
    oldest_at: datetime | None


def deliveries_in(*states: str, since: datetime | None = None) -> Waiting:
    """The deliveries of all communities in these states; those made since then, where it is said."""
    wanted = select(Delivery.created_at).where(
        Delivery.community_id.in_(select(Community.id)), Delivery.state.in_(states)
    )
    if since is not None:
        wanted = wanted.where(Delivery.created_at >= since)
    found = wanted.limit(COUNT_MAX).subquery()
    return Waiting(*db.session.execute(select(func.count(), func.min(found.c.created_at))).one())
