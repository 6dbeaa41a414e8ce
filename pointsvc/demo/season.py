"""The plots' season: a calendar for each, people who come, one who is asked, two that nobody visited."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pointsvc.activities.errors import GateClosed
from pointsvc.activities.rules import Scope
from pointsvc.activities.service import sign_up
from pointsvc.demo.care import tend_plots
from pointsvc.demo.founding import Street, leader_of, tenders_of
from pointsvc.demo.gates import prepare_gates
from pointsvc.demo.places import lay_out
from pointsvc.demo.rosters import roster_season
from pointsvc.kernel import clock
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.calendar.generating import HORIZON, generate_calendar, hold_duty, move_duty
from pointsvc.plots.calendar.planning import Terms, add_plan, draft_year
from pointsvc.plots.people.assigning import propose_assignment

# Every morning another plot is tended: these two were last, eight and seven days ago.
PATROLLED: Final = {9: 4, 8: 5}
PATROL: Final = Terms(
    care="patrol",
    rrule="FREQ=WEEKLY;BYDAY=MO,TH",
    season_from=101,
    season_to=1231,
    at_minute=16 * 60,
    minutes=30,
    people_count=1,
    interval_days=None,
    tools=None,
    risk="none",
    follows_holidays=False,
)
SIGNED_UP: Final = 4  # duties of each plot that people have signed up for


def plan_season(street: Street, founded_at: datetime, now: datetime) -> None:
    """Draft, patrol, generate; people sign up; one duty waits for the weather, one was moved."""
    prepare_gates(street, founded_at, now)
    for number, place_id in street.plots.items():
        _plan(street, number, place_id, founded_at, now)
    for number in street.plots:
        _sign_up(street, number, now)
    _change_some(street, now)
    tend_plots(street, now)
    propose_assignment(
        assignment_id=street.derived("asked", 1),
        place_id=street.plots[1],
        member_id=street.people["李梅"],
        is_substitute=True,
        starts_on=clock.local_day(now, street.zone),
        ends_on=clock.local_day(now, street.zone) + timedelta(days=365),
        proposed_by_id=leader_of(street, 1),
        **_by(street, 1, now),
    )
    lay_out(street, now)
    roster_season(street, now)


def _plan(street: Street, number: int, place_id: UUID, founded_at: datetime, now: datetime) -> None:
    leader_id, by = leader_of(street, number), _by(street, number, now)
    today = clock.local_day(now, street.zone)
    draft_year(created_by_id=leader_id, place_id=place_id, starts_on=today, **by)
    if number in PATROLLED:
        add_plan(
            created_by_id=leader_id,
            plan_id=street.derived("patrol", number),
            place_id=place_id,
            terms=replace(PATROL, interval_days=PATROLLED[number]),
            starts_on=clock.local_day(founded_at, street.zone),
            **by,
        )
    generate_calendar(generated_by_id=leader_id, place_ids=[place_id], until=today + HORIZON, **by)


def _sign_up(street: Street, number: int, now: datetime) -> None:
    """The nearest duties have somebody, the first of all plots but one has enough."""
    people = tenders_of(street, number)
    for n, duty in enumerate(_coming(street, number, now)[:SIGNED_UP]):
        wanted = 1 if n or number in PATROLLED else duty.missing_count
        for member_id in people[: min(wanted, duty.missing_count)]:
            with suppress(GateClosed):  # who is too old for the mower has other things to do
                sign_up(
                    community_id=street.community_id,
                    shift_id=duty.shift_id,
                    member_id=member_id,
                    now=now,
                )


def _change_some(street: Street, now: datetime) -> None:
    today = clock.local_day(now, street.zone)
    free = [duty for duty in _coming(street, 2, now) if not duty.signed_up_count]
    held = _coming(street, 3, now)[-1]
    hold_duty(
        held_by_id=leader_of(street, 3), duty_id=held.id, why="大风蓝色预警", **_by(street, 3, now)
    )
    if free:
        move_duty(
            moved_by_id=leader_of(street, 2),
            duty_id=free[-1].id,
            due_on=max(free[-1].due_on - timedelta(days=1), today + timedelta(days=1)),
            at_minute=9 * 60,
            **_by(street, 2, now),
        )


def _coming(street: Street, number: int, now: datetime) -> list[DutyFacts]:
    tomorrow = clock.local_day(now, street.zone) + timedelta(days=1)
    return find_duties(street.community_id, [street.plots[number]], tomorrow, tomorrow + HORIZON)


def _by(street: Street, number: int, now: datetime) -> dict[str, Any]:
    scope = Scope(
        leader_of(street, number),
        places=frozenset({street.plots[number]}),
        roles=frozenset({"leader"}),
    )
    return {"community_id": street.community_id, "scope": scope, "now": now}
