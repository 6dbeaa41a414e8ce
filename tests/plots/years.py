"""A plot's care calendar in tests: lines with everything that does not matter filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pointsvc.activities.rules import Scope
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.calendar_runs import begin_run
from pointsvc.plots.calendar.calendars import DutyFacts, PlanFacts, find_duties, find_plans
from pointsvc.plots.calendar.generating import generate_calendar, hold_duty, move_duty
from pointsvc.plots.calendar.making import Generated
from pointsvc.plots.calendar.planning import Terms, add_plan, change_plan, end_plan
from pointsvc.plots.models import Assignment
from pointsvc.plots.people.handing import open_handover
from pointsvc.plots.places.adopting import offer_corner
from tests.activities.calendar import Calendar
from tests.support.cast import Cast, Person

SATURDAYS: Final = Terms(
    care="litter",
    rrule="FREQ=WEEKLY;BYDAY=SA",
    season_from=101,
    season_to=1231,
    at_minute=510,
    minutes=60,
    people_count=2,
    interval_days=14,
    tools=None,
    risk="none",
    follows_holidays=True,
)


class Year:
    """The calendar of the cast's plot 1, kept by 王强."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar, self.cast = calendar, calendar.cast
        self.community_id, self.place_id = calendar.community_id, calendar.cast.plot_id

    @property
    def today(self) -> date:
        """By the clock of the community."""
        return clock.local_day(clock.now(), clock.DEFAULT_ZONE)

    def day(self, n: int) -> date:
        """So many days from today."""
        return self.today + timedelta(days=n)

    def add(self, *, by: Person | None = None, starts_on: date | None = None, **terms: Any) -> UUID:
        """A line: Saturdays, unless told else."""
        plan_id = new_id()
        transact(
            lambda: add_plan(
                created_by_id=(by or self.cast.wangqiang).id,
                plan_id=plan_id,
                place_id=self.place_id,
                terms=replace(SATURDAYS, **terms),
                starts_on=starts_on or self.today,
                **self._by(by),
            )
        )
        return plan_id

    def change(self, plan_id: UUID, from_on: date, **terms: Any) -> UUID:
        """From a day on."""
        next_id = new_id()
        transact(
            lambda: change_plan(
                changed_by_id=self.cast.wangqiang.id,
                plan_id=plan_id,
                next_id=next_id,
                terms=replace(SATURDAYS, **terms),
                from_on=from_on,
                **self._by(None),
            )
        )
        return next_id

    def end(self, plan_id: UUID, from_on: date) -> None:
        """Nothing from a day on."""
        transact(
            lambda: end_plan(
                ended_by_id=self.cast.wangqiang.id,
                plan_id=plan_id,
                from_on=from_on,
                **self._by(None),
            )
        )

    def generate(self, days: int = 28, *, by: Person | None = None) -> Generated:
        """Write it for so many days."""
        [done] = transact(
            lambda: generate_calendar(
                generated_by_id=(by or self.cast.wangqiang).id,
                place_ids=[self.place_id],
                until=self.day(days),
                **self._by(by),
            )
        )
        return done

    def move(self, duty: DutyFacts, on: date, at_minute: int = 600) -> DutyFacts:
        """Only this one."""
        return transact(
            lambda: move_duty(
                moved_by_id=self.cast.wangqiang.id,
                duty_id=duty.id,
                due_on=on,
                at_minute=at_minute,
                **self._by(None),
            )
        )

    def hold(self, duty: DutyFacts, *, by: Person | None = None) -> DutyFacts:
        """Wait for the weather."""
        return transact(
            lambda: hold_duty(
                held_by_id=(by or self.cast.wangqiang).id,
                duty_id=duty.id,
                why="大风",
                **self._by(by),
            )
        )

    def duties(self, days: int = 366) -> list[DutyFacts]:
        """What is planned."""
        return find_duties(self.community_id, [self.place_id], self.today, self.day(days))

    def plans(self) -> list[PlanFacts]:
        """All lines, ended ones too."""
        return find_plans(self.community_id, [self.place_id])

    def _by(self, person: Person | None) -> dict[str, Any]:
        now: datetime = clock.now()
        scope = self.calendar.scope(person or self.cast.wangqiang)
        return {"community_id": self.community_id, "scope": scope, "now": now}


def plan_saturdays(cast: Cast) -> None:
    """Plot 1 has a line of a care calendar, and duties of it."""
    now = clock.now()
    today = clock.local_day(now, clock.DEFAULT_ZONE)
    leads = Scope(cast.wangqiang.id, places=frozenset({cast.plot_id}), roles=frozenset({"leader"}))
    by: dict[str, Any] = {"community_id": cast.community_id, "scope": leads, "now": now}

    def work() -> None:
        add_plan(
            created_by_id=cast.wangqiang.id,
            plan_id=new_id(),
            place_id=cast.plot_id,
            terms=SATURDAYS,
            starts_on=today,
            **by,
        )
        generate_calendar(
            generated_by_id=cast.wangqiang.id,
            place_ids=[cast.plot_id],
            until=today + timedelta(days=15),
            **by,
        )
        begin_run(
            created_by_id=cast.wangqiang.id,
            run_id=new_id(),
            place_ids=[cast.plot_id],
            until=today + timedelta(days=15),
            **by,
        )

    transact(work)


def end_and_lend(cast: Cast, now: datetime) -> None:
    """刘洋 stopped caring for plot 1 and hands over; a corner of it is offered to 李梅."""
    home, ended_id = cast.community_id, new_id()
    row: dict[str, Any] = {"community_id": home, "place_id": cast.plot_id}
    who: dict[str, Any] = {"member_id": cast.liuyang.id, "state": "ended", "proposed_at": now}
    db.session.add(Assignment(id=ended_id, **who, **row))
    db.session.flush()
    open_handover(assignment_id=ended_id, from_id=cast.liuyang.id, now=now, **row)
    offer_corner(
        scope=Scope(
            cast.wangqiang.id, places=frozenset({cast.plot_id}), roles=frozenset({"leader"})
        ),
        offered_by_id=cast.wangqiang.id,
        adoption_id=new_id(),
        member_id=cast.limei.id,
        corner="东北角",
        corners=None,
        starts_on=now.date(),
        ends_on=now.date(),
        notice_days=30,
        now=now,
        **row,
    )
