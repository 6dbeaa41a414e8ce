"""What lies ahead of somebody: what they signed up for on any plot, then what else their plots have."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pointsvc.activities.engagements import engagements_of
from pointsvc.activities.queries import ShiftFacts, find_shifts, signed_up_shift_ids
from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock
from pointsvc.plots.calendar.calendars import DutyFacts, duties_of_shifts, find_duties
from pointsvc.plots.calendar.generating import HORIZON


@dataclass(frozen=True, slots=True)
class Ahead:
    """Duties and shifts without one that I signed up for; duties of my plots for which I did not."""

    mine: list[DutyFacts]
    unplanned: list[ShiftFacts]
    others: list[DutyFacts]
    joined: set[UUID]


def ahead_of(
    community: CommunityFacts, member_id: UUID, place_ids: Collection[UUID], now: datetime
) -> Ahead:
    """What comes to somebody, by day; `place_ids` are their plots."""
    today = clock.local_day(now, community.zone)
    found = find_duties(community.id, place_ids, today, today + HORIZON)
    near = [duty for duty in found if duty.ends_at > now]
    joined = signed_up_shift_ids(
        community_id=community.id, member_id=member_id, shift_ids=[d.shift_id for d in near]
    )
    booked = engagements_of(community.id, [member_id], now, now + HORIZON)[member_id]
    away = {each.shift_id for each in booked} - joined
    elsewhere = duties_of_shifts(community.id, away)
    bare = away - {duty.shift_id for duty in elsewhere}
    mine = [*(duty for duty in near if duty.shift_id in joined), *elsewhere]
    return Ahead(
        mine=sorted(mine, key=lambda duty: (duty.due_on, duty.starts_at, duty.id)),
        unplanned=_on_plots(community.id, bare),
        others=[duty for duty in near if duty.shift_id not in joined],
        joined=joined | away,
    )


def _on_plots(community_id: UUID, shift_ids: Collection[UUID]) -> list[ShiftFacts]:
    found = find_shifts(community_id=community_id, ids=shift_ids).values()
    on_plots = (shift for shift in found if shift.place_kind == "plot")
    return sorted(on_plots, key=lambda shift: (shift.starts_at, shift.id))
