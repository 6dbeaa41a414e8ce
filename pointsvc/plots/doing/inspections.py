"""Reading inspections: a month plot by plot, one visit with its marks, who may inspect what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from pointsvc.checkin.circles import circles_of
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.organisation.queries import find_groups, grants_in, people_of_groups
from pointsvc.plots.models import Inspection, InspectionMark, PlotBonus, PlotResult
from pointsvc.plots.people.assignments import assignments_at
from pointsvc.plots.places.adoptions import adoptions_at
from pointsvc.plots.queries import PlotFacts, find_plots
from pointsvc.plots.rules.inspecting import Mark, Outcome, Visit, may_inspect, outcome_of

LIST_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A visit that somebody was asked for; see `models.Inspection`."""

    id: UUID
    place_id: UUID
    month_on: date
    visit_no: int
    form_id: UUID
    inspector_id: UUID
    state: str
    asked_at: datetime
    done_at: datetime | None
    score: int | None
    note: str | None
    objected_at: datetime | None
    objection: str | None

    @property
    def visit(self) -> Visit:
        """What deciding about the month needs of it."""
        return Visit(
            self.visit_no, self.state, self.score, is_objected=self.objected_at is not None
        )


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """A plot's result of a month, what it paid, to how many."""

    id: UUID
    place_id: UUID
    month_on: date
    inspection_id: UUID
    score: int
    has_passed: bool
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class PlotMonth:
    """A plot in a month: its visits, the outcome, the result where there is one."""

    plot: PlotFacts
    visits: list[VisitFacts]
    outcome: Outcome
    result: ResultFacts | None

    @property
    def asked(self) -> VisitFacts | None:
        """The visit that somebody is asked for and has not done."""
        return next((each for each in self.visits if each.state == "asked"), None)

    @property
    def inspected_by(self) -> set[UUID]:
        """Who made a visit already."""
        return {each.inspector_id for each in self.visits if each.state == "done"}

    @property
    def next_no(self) -> int:
        """Which visit comes next, or is asked for."""
        return 2 if self.outcome in {"second_wanted", "second_asked"} else 1


def month_of_plots(
    community_id: UUID,
    month_on: date,
    *,
    pass_mark: int,
    place_ids: Sequence[UUID] | None = None,
) -> list[PlotMonth]:
    """The month of each plot in use, by number; of these plots only where they are named."""
    plots = find_plots(community_id, place_ids=place_ids)
    visits = find_visits(community_id, Inspection.month_on == month_on)
    results = {each.place_id: each for each in _results(community_id, month_on)}
    return [
        PlotMonth(
            plot,
            mine := [each for each in visits if each.place_id == plot.place.id],
            outcome_of([each.visit for each in mine], pass_mark=pass_mark),
            results.get(plot.place.id),
        )
        for plot in plots
    ]


def find_visits(community_id: UUID, *conditions: ColumnElement[bool]) -> list[VisitFacts]:
    """Visits for which the conditions hold, the newest month first, then by number; at most 500."""
    rows = db.session.execute(
        select(*(getattr(Inspection, field.name) for field in fields(VisitFacts)))
        .where(Inspection.community_id == community_id, *conditions)
        .order_by(Inspection.month_on.desc(), Inspection.visit_no, Inspection.asked_at)
        .limit(LIST_MAX)
    )
    return [VisitFacts(*row) for row in rows]


def visits_of(community_id: UUID, inspector_id: UUID) -> list[VisitFacts]:
    """What somebody is asked to inspect, and what they did."""
    wanted = (Inspection.inspector_id == inspector_id, Inspection.state.in_(("asked", "done")))
    return find_visits(community_id, *wanted)


def get_visit(community_id: UUID, inspection_id: UUID) -> VisitFacts:
    """The visit. Raises NotFound."""
    found = find_visits(community_id, Inspection.id == inspection_id)
    if not found:
        raise NotFound
    return found[0]


def marks_of(community_id: UUID, inspection_id: UUID) -> list[Mark]:
    """What each item was given, in their order; none before the visit is done."""
    rows = db.session.execute(
        select(InspectionMark.points, InspectionMark.word)
        .where(
            InspectionMark.community_id == community_id,
            InspectionMark.inspection_id == inspection_id,
        )
        .order_by(InspectionMark.number)
    )
    return [Mark(*row) for row in rows]


def bonuses_of(community_id: UUID, month_on: date) -> dict[UUID, list[tuple[UUID, int]]]:
    """Whom a month paid how much, by plot; what was taken back is left out."""
    rows = db.session.execute(
        select(PlotBonus.place_id, PlotBonus.member_id, PlotBonus.points)
        .where(
            PlotBonus.community_id == community_id,
            PlotBonus.month_on == month_on,
            PlotBonus.taken_back_at.is_(None),
        )
        .order_by(PlotBonus.id)
    )
    found: dict[UUID, list[tuple[UUID, int]]] = {}
    for row in rows:
        found.setdefault(row.place_id, []).append((row.member_id, row.points))
    return found


def inspectors_for(community_id: UUID, months: Collection[PlotMonth]) -> dict[UUID, list[UUID]]:
    """Who may make each plot's next visit: leaders of other groups; where there are none, their people.

    And nobody who made the first visit, nor of their household.
    """
    leaders = [grant.member_id for grant in grants_in(community_id, role="leader")]
    groups = people_of_groups(community_id, [group.id for group in find_groups(community_id)])
    others = [each for people in groups.values() for each in people if each not in leaders]
    carers = _carers(community_id, [each.plot.place.id for each in months])
    near_of = {
        id_: _people(each.plot) | each.inspected_by | carers[id_]
        for each in months
        for id_ in [each.plot.place.id]
    }
    everybody = {*leaders, *others, *(each for some in near_of.values() for each in some)}
    circles = circles_of(community_id, everybody)

    def allowed(plot: PlotFacts, candidates: Collection[UUID]) -> list[UUID]:
        group_id = plot.group.id if plot.group else None
        near = [circles[each] for each in near_of[plot.place.id]]
        return [
            each
            for each in dict.fromkeys(candidates)
            if may_inspect(circles[each], group_id=group_id, people=near)
        ]

    return {
        each.plot.place.id: allowed(each.plot, leaders) or allowed(each.plot, others)
        for each in sorted(months, key=lambda month: month.plot.place.number)
    }


def is_apart(
    community_id: UUID, plot: PlotFacts, inspector_id: UUID, *, but: Collection[UUID] = ()
) -> bool:
    """Whether this person may inspect the plot."""
    carers = _carers(community_id, [plot.place.id])[plot.place.id]
    near = {*_people(plot), *carers, *but}
    circles = circles_of(community_id, [inspector_id, *near])
    group_id = plot.group.id if plot.group else None
    return may_inspect(
        circles[inspector_id], group_id=group_id, people=[circles[each] for each in near]
    )


def get_result(community_id: UUID, result_id: UUID) -> ResultFacts:
    """The result. Raises NotFound."""
    rows = [PlotResult.id == result_id]
    found = _found_results(community_id, *rows)
    if not found:
        raise NotFound
    return found[0]


def _people(plot: PlotFacts) -> set[UUID]:
    return {person.id for person in plot.people} | {id_ for id_, _name in plot.leaders}


def inspectors_of(community_id: UUID, place_id: UUID, month_on: date) -> set[UUID]:
    """Who marked the plot in that month."""
    marked = select(Inspection.inspector_id).where(
        Inspection.community_id == community_id,
        Inspection.place_id == place_id,
        Inspection.month_on == month_on,
        Inspection.state == "done",
    )
    return set(db.session.scalars(marked))


def _carers(community_id: UUID, place_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who took each plot or a corner of it on, also where they left its group since."""
    carers: dict[UUID, set[UUID]] = {place_id: set() for place_id in place_ids}
    for assigned in assignments_at(community_id, place_ids):
        if assigned.state == "accepted":
            carers[assigned.place_id].add(assigned.member_id)
    for lent in adoptions_at(community_id, place_ids):
        if lent.state != "offered":
            carers[lent.place_id].add(lent.member_id)
    return carers


def _results(community_id: UUID, month_on: date) -> list[ResultFacts]:
    return _found_results(community_id, PlotResult.month_on == month_on)


def _found_results(community_id: UUID, *conditions: ColumnElement[bool]) -> list[ResultFacts]:
    rows = db.session.execute(
        select(*(getattr(PlotResult, field.name) for field in fields(ResultFacts)))
        .where(PlotResult.community_id == community_id, *conditions)
        .limit(LIST_MAX)
    )
    return [ResultFacts(*row) for row in rows]
