"""How each plot stands today: cared for, due, overdue, waiting for the weather, out of season."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock
from pointsvc.plots.calendar.calendars import PlanFacts, find_plans, held_place_ids
from pointsvc.plots.queries import last_attended
from pointsvc.plots.rules import ESCALATED_AFTER, State, care_state
from pointsvc.plots.rules.calendar import season_began

HELD_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Stand:
    """How a plot stands, since when nobody came, and whether it is the clerk's matter by now."""

    state: State
    last_on: date | None
    overdue_since: date | None = None
    is_escalated: bool = False


def stands_of(
    community: CommunityFacts, place_ids: Sequence[UUID], now: datetime
) -> dict[UUID, Stand]:
    """How these plots stand. Three days after its care was overdue, a plot is on the clerk's list."""
    today = clock.local_day(now, community.zone)
    last = last_attended(community.id, place_ids)
    plans: dict[UUID, list[PlanFacts]] = {}
    for plan in find_plans(community.id, place_ids, on=today):
        plans.setdefault(plan.place_id, []).append(plan)
    held = held_place_ids(community.id, place_ids, today - HELD_BACK, today + HELD_BACK)
    return {
        place_id: _stand(
            plans.get(place_id, []),
            clock.local_day(last[place_id], community.zone) if place_id in last else None,
            today,
            is_held=place_id in held,
        )
        for place_id in place_ids
    }


def _stand(
    plans: Sequence[PlanFacts], last_on: date | None, today: date, *, is_held: bool
) -> Stand:
    """By the plan in season whose care may wait for the shortest time."""
    waits = [
        (plan.interval_days, max(began, plan.starts_on))
        for plan in plans
        if plan.interval_days
        and plan.starts_on <= today
        and (began := season_began(today, plan.season_from, plan.season_to))
    ]
    interval, since = min(waits, default=(None, None))
    state = care_state(
        last_on=last_on, today=today, interval_days=interval, counts_since=since, is_held=is_held
    )
    if state != "overdue" or interval is None or since is None:
        return Stand(state, last_on)
    overdue_since = max(last_on or since, since) + timedelta(days=interval + 1)
    return Stand(state, last_on, overdue_since, today - overdue_since >= ESCALATED_AFTER)
