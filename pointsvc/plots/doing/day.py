"""The leader's day: what is to be done on each plot today, when, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts, shifts_between
from pointsvc.checkin.queries import counts_at
from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.doing.defects import DefectFacts, open_defects_at
from pointsvc.plots.doing.gaps import GapFacts, open_gaps_at
from pointsvc.plots.doing.reports import ReportFacts, reports_of
from pointsvc.plots.doing.today import PlotToday, plots_today
from pointsvc.plots.queries import PlotFacts

State = Literal["coming", "running", "over", "held", "cancelled"]


@dataclass(frozen=True, slots=True)
class Task:
    """A shift of today: what the calendar calls it, how it stands, who came, what was written."""

    shift: ShiftFacts
    duty: DutyFacts | None
    state: State
    came_count: int
    report: ReportFacts | None

    @property
    def may_hold(self) -> bool:
        """Whether it can still wait for the weather."""
        return self.duty is not None and self.state == "coming"

    @property
    def missing_count(self) -> int:
        """How many more people it needs."""
        return self.duty.missing_count if self.duty and self.state == "coming" else 0

    @property
    def wants_report(self) -> bool:
        """Whether something was done of which nothing is written yet."""
        return self.state in {"running", "over"} and self.report is None and self.came_count > 0


@dataclass(frozen=True, slots=True)
class PlotDay:
    """A plot today: its tasks in the order of the day, its people, what is broken, the gap."""

    plot: PlotFacts
    today: PlotToday
    tasks: list[Task]
    defects: list[DefectFacts]
    gap: GapFacts | None


def day_of_plots(
    community: CommunityFacts, plots: Sequence[PlotFacts], now: datetime
) -> list[PlotDay]:
    """Today on these plots, those with something to do first."""
    ids = [plot.place.id for plot in plots]
    tasks = _tasks(community, ids, now)
    defects = open_defects_at(community.id, ids)
    gaps = {gap.place_id: gap for gap in open_gaps_at(community.id, ids)}
    days = [
        PlotDay(
            plot,
            today,
            tasks.get(plot.place.id, []),
            [each for each in defects if each.place_id == plot.place.id],
            gaps.get(plot.place.id),
        )
        for plot, today in zip(plots, plots_today(community, plots, now), strict=True)
    ]
    return sorted(days, key=lambda day: (not day.tasks, day.plot.place.number))


def _tasks(
    community: CommunityFacts, place_ids: Sequence[UUID], now: datetime
) -> dict[UUID, list[Task]]:
    on = clock.local_day(now, community.zone)
    since, until = clock.day_bounds(on, community.zone)
    shifts = shifts_between(
        community_id=community.id,
        since=since,
        until=until,
        place_ids=place_ids,
        with_cancelled=True,
    )
    duties = {duty.shift_id: duty for duty in find_duties(community.id, place_ids, on, on)}
    ids = [shift.id for shift in shifts]
    came, reports = counts_at(community.id, ids), reports_of(community.id, ids)
    found: dict[UUID, list[Task]] = {}
    for shift in shifts:
        if shift.cancelled_at is not None and shift.id not in duties:
            continue
        duty = duties.get(shift.id)
        state = _state(shift, duty, now)
        task = Task(shift, duty, state, came.get(shift.id, 0), reports.get(shift.id))
        found.setdefault(shift.place_id, []).append(task)
    return found


def _state(shift: ShiftFacts, duty: DutyFacts | None, now: datetime) -> State:
    if duty is not None and duty.state == "held":
        return "held"
    if shift.cancelled_at is not None:
        return "cancelled"
    if shift.ends_at <= now:
        return "over"
    return "running" if shift.starts_at <= now else "coming"
