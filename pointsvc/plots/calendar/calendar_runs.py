"""Calendars of many plots in one go: begun, looked at, said yes to, stopped, gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.communities.models import Place
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.plots.errors import CalendarBusy, RunDecided
from pointsvc.plots.models import CalendarRun, CalendarRunPart
from pointsvc.plots.rules.horizons import is_within
from pointsvc.plots.telling import trace

BUSY: Final = ("looking", "writing")
RUNS_LENGTH: Final = 20
PARTS_MAX: Final = 2000
COUNTS: Final = ("new_count", "changed_count", "withdrawn_count", "joined_count", "kept_count")
_RUN: Final[tuple[Any, ...]] = (
    CalendarRun.community_id,
    CalendarRun.id,
    CalendarRun.until_on,
    CalendarRun.state,
    CalendarRun.created_by_id,
    CalendarRun.created_at,
    CalendarRun.finished_at,
)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run: until which day, and what it waits for."""

    community_id: UUID
    id: UUID
    until_on: date
    state: str
    created_by_id: UUID
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_busy(self) -> bool:
        """Whether it is being looked at or written."""
        return self.state in BUSY


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One plot of a run, and its numbers."""

    place_id: UUID
    number: int | None
    name: str
    state: str
    new_count: int
    changed_count: int
    withdrawn_count: int
    joined_count: int
    kept_count: int

    @property
    def is_led(self) -> bool:
        """Whether there is anything to write, and somebody who leads it."""
        return not self.state.startswith("without_")


@dataclass(frozen=True, slots=True)
class Totals:
    """A run in numbers; `done` of `plots` are through the step that it is at."""

    plots: int
    waiting: int
    looked: int
    written: int
    new_count: int
    changed_count: int
    withdrawn_count: int
    joined_count: int
    kept_count: int

    def done(self, state: str) -> int:
        """How many plots are through."""
        return self.plots - (self.waiting if state == "looking" else self.looked + self.waiting)


def begin_run(
    *,
    community_id: UUID,
    scope: Scope,
    created_by_id: UUID,
    run_id: UUID,
    place_ids: Sequence[UUID],
    until: date,
    now: datetime,
) -> None:
    """Begin to look at what would be made of these plots until a day; the same id is one run.

    Args:
        community_id: whose.
        scope: where the caller may run shifts.
        created_by_id: who asks for it.
        run_id: made when the form was shown.
        place_ids: the plots, in the order in which they are worked through.
        until: the last day, at most five years away.
        now: the moment.

    Raises:
        Forbidden: a plot that is not the caller's. Invalid. CalendarBusy: another is being made.
    """
    if not all(may_run_at(scope, place_id) for place_id in place_ids):
        raise Forbidden
    if find_run(community_id, run_id) is not None:
        return
    today = clock.local_day(now, get_community(community_id).zone)
    if not is_within(until, today):
        raise Invalid({"until": [_("请选明天起、五年以内的一天。")]})
    if not place_ids:
        raise Invalid({"numbers": [_("没有这些编号的责任田。")]})
    if any(run.is_busy for run in last_runs(community_id)):
        raise CalendarBusy
    row: dict[str, Any] = {"community_id": community_id, "id": run_id, "until_on": until}
    row |= {"state": "looking", "created_by_id": created_by_id, "created_at": now}
    insert_rows(CalendarRun, [row | {"finished_at": None}])
    insert_rows(
        CalendarRunPart,
        [
            {"community_id": community_id, "run_id": run_id, "place_id": place_id}
            | {"position": n, "state": "waiting"}
            | dict.fromkeys(COUNTS, 0)
            for n, place_id in enumerate(dict.fromkeys(place_ids))
        ],
    )


def begin_writing(*, community_id: UUID, run_id: UUID) -> bool:
    """Let a run that was looked at be written; False where that was said before.

    Raises:
        NotFound. RunDecided: it is still looked at, or was dropped.
    """
    run = hold_run(community_id, run_id)
    if run.state in ("writing", "written"):
        return False
    if run.state != "looked":
        raise RunDecided
    set_run(community_id, run_id, state="writing")
    return True


def stop_run(*, community_id: UUID, run_id: UUID) -> None:
    """Stop after the step that is under way; what is written stays, and it can be gone on with."""
    if hold_run(community_id, run_id).is_busy:
        set_run(community_id, run_id, state="stopped")


def go_on(*, community_id: UUID, run_id: UUID) -> None:
    """Go on where it stopped. Raises NotFound, CalendarBusy."""
    run = hold_run(community_id, run_id)
    if run.state != "stopped":
        return
    if any(each.is_busy for each in last_runs(community_id)):
        raise CalendarBusy
    totals = totals_of(community_id, run_id)
    set_run(community_id, run_id, state="looking" if totals.waiting else "writing")


def drop_run(*, community_id: UUID, run_id: UUID, dropped_by_id: UUID, now: datetime) -> None:
    """Leave it: what is not written is not wanted; twice is once.

    Raises:
        NotFound. RunDecided: it is being written, or is.
    """
    run = hold_run(community_id, run_id)
    if run.state == "dropped":
        return
    if run.state in ("writing", "written"):
        raise RunDecided
    set_run(community_id, run_id, state="dropped", finished_at=now)
    trace(
        community_id=community_id,
        by_id=dropped_by_id,
        action="plots.calendars_dropped",
        subject_id=run_id,
        now=now,
    )


def get_run(community_id: UUID, run_id: UUID) -> RunFacts:
    """The run. Raises NotFound."""
    found = find_run(community_id, run_id)
    if found is None:
        raise NotFound
    return found


def find_run(community_id: UUID, run_id: UUID) -> RunFacts | None:
    """The run, if there is one."""
    wanted = select(*_RUN).where(CalendarRun.community_id == community_id, CalendarRun.id == run_id)
    row = db.session.execute(wanted).one_or_none()
    return RunFacts(*row) if row else None


def last_runs(community_id: UUID) -> list[RunFacts]:
    """The last twenty, newest first."""
    wanted = select(*_RUN).where(CalendarRun.community_id == community_id)
    order = CalendarRun.created_at.desc(), CalendarRun.id
    return [
        RunFacts(*row) for row in db.session.execute(wanted.order_by(*order).limit(RUNS_LENGTH))
    ]


def unfinished_runs(community_id: UUID) -> list[UUID]:
    """The runs that somebody has to work on."""
    return list(
        db.session.scalars(
            select(CalendarRun.id)
            .where(CalendarRun.community_id == community_id, CalendarRun.state.in_(BUSY))
            .order_by(CalendarRun.created_at)
        )
    )


def parts_of(community_id: UUID, run_id: UUID) -> list[PartFacts]:
    """The plots of a run in their order."""
    part = CalendarRunPart
    of_place = (Place.community_id == part.community_id) & (Place.id == part.place_id)
    rows = db.session.execute(
        select(
            part.place_id,
            Place.number,
            Place.name,
            part.state,
            *(getattr(part, name) for name in COUNTS),
        )
        .join(Place, of_place)
        .where(part.community_id == community_id, part.run_id == run_id)
        .order_by(part.position)
        .limit(PARTS_MAX)
    )
    return [PartFacts(*row) for row in rows]


def totals_of(community_id: UUID, run_id: UUID) -> Totals:
    """A run's numbers, added up where they lie."""
    part = CalendarRunPart
    states = ("waiting", "looked", "written")
    row = db.session.execute(
        select(
            func.count(),
            *(func.count().filter(part.state == state) for state in states),
            *(func.coalesce(func.sum(getattr(part, name)), 0) for name in COUNTS),
        ).where(part.community_id == community_id, part.run_id == run_id)
    ).one()
    return Totals(*map(int, row))


def hold_run(community_id: UUID, run_id: UUID) -> RunFacts:
    """The run, held until the end of the transaction. Raises NotFound."""
    db.session.execute(
        select(CalendarRun.id)
        .where(CalendarRun.community_id == community_id, CalendarRun.id == run_id)
        .with_for_update()
    )
    return get_run(community_id, run_id)


def set_run(community_id: UUID, run_id: UUID, **values: Any) -> None:
    """Give the run these values."""
    db.session.execute(
        update(CalendarRun)
        .where(CalendarRun.community_id == community_id, CalendarRun.id == run_id)
        .values(**values)
    )
