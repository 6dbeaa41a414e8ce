"""A duty was moved or taken back: whoever was asked and has not answered hears of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.communities.queries import get_community, get_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.bulk import is_among
from pointsvc.members.telling import leave_message
from pointsvc.plots.calendar.calendars import DutyFacts, get_duty
from pointsvc.plots.calendar.entries import explained, with_people
from pointsvc.plots.models import RosterEntry

CHUNK: Final = 1000
OF_THE_TIME: Final = frozenset({"free_on", "free_part"})


def tell_asked(
    *, community_id: UUID, moved: Collection[UUID], gone: Collection[UUID], now: datetime
) -> None:
    """After a calendar was made anew: who was asked to what moved or is not wanted any more is told.

    What is not wanted any more is not asked either.
    """
    changed = sorted({*moved, *gone})
    for start in range(0, len(changed), CHUNK):
        some = changed[start : start + CHUNK]
        asked = select(RosterEntry.duty_id).where(
            RosterEntry.community_id == community_id,
            RosterEntry.state == "proposed",
            is_among(RosterEntry.duty_id, some),
        )
        for duty_id in sorted(set(db.session.scalars(asked))):
            duty = get_duty(community_id, duty_id)
            if duty_id in gone:
                _take_back(community_id, duty, now)
            else:
                tell_of_move(community_id=community_id, duty=duty, now=now)


def _take_back(community_id: UUID, duty: DutyFacts, now: datetime) -> None:
    payload = {
        "place": get_place(community_id, duty.place_id).name,
        "day": duty.due_on.isoformat(),
    }
    [month] = with_people(community_id, [duty])
    for entry in month.silent:
        db.session.execute(
            update(RosterEntry)
            .where(RosterEntry.community_id == community_id, RosterEntry.id == entry.id)
            .values(state="withdrawn", decided_at=now, decided_by_id=None)
        )
        leave_message(
            community_id=community_id,
            recipient_id=entry.member_id,
            topic="plots.roster_withdrawn",
            payload=payload,
            now=now,
        )


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
