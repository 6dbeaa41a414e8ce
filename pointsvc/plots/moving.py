"""A duty was moved: whoever was asked and has not answered hears the new time."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import update

from pointsvc.communities.queries import get_community, get_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.members.telling import leave_message
from pointsvc.plots.calendars import DutyFacts
from pointsvc.plots.entries import explained, with_people
from pointsvc.plots.models import RosterEntry

OF_THE_TIME: Final = frozenset({"free_on", "free_part"})


def tell_of_move(*, community_id: UUID, duty: DutyFacts, now: datetime) -> None:
    """Tell the silent ones the new time; that they are free on the old weekday is no reason any more."""
    zone = get_community(community_id).zone
    payload = {
        "place": get_place(community_id, duty.place_id).name,
        "at": clock.local(duty.starts_at, zone).strftime("%Y-%m-%d %H:%M"),
    }
    [month] = with_people(community_id, [duty])
    for entry in month.silent:
        reasons = [each for each in entry.reasons if each.code not in OF_THE_TIME]
        db.session.execute(
            update(RosterEntry)
            .where(RosterEntry.community_id == community_id, RosterEntry.id == entry.id)
            .values(explanation=explained(reasons))
        )
        leave_message(
            community_id=community_id,
            recipient_id=entry.member_id,
            topic="plots.roster_moved",
            payload=payload,
            now=now,
        )
