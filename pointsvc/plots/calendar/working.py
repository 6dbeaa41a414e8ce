"""Working through a run of calendars: step by step, one worker at a time, begun again where it stopped.

All that a step needs lies in the database, so that a request, a thread beside it or the minute's job
can do it. A step is one transaction: some plots are looked at, or written, and say so; what happened
while a worker was killed is a step less or a step more, never half of one.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy import select

from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.bulk import Row, keep_statistics, update_rows
from pointsvc.kernel.errors import Busy
from pointsvc.kernel.leases import give_lease_back, take_lease
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.calendar_runs import (
    COUNTS,
    RunFacts,
    hold_run,
    set_run,
    totals_of,
)
from pointsvc.plots.calendar.calendars import find_plans
from pointsvc.plots.calendar.making import Generated, generations, leading_at, looked_at, write_all
from pointsvc.plots.models import CalendarRunPart
from pointsvc.plots.rules.horizons import DAYS_OF_STEP, plots_of_step
from pointsvc.plots.telling import trace

LASTING: Final = timedelta(minutes=2)
"""A worker that is killed is followed by another after this time at the latest."""
WAITS_FOR: Final = {"looking": "waiting", "writing": "looked"}
ENDS_AS: Final = {"looking": "looked", "writing": "written"}
log = structlog.get_logger()


class _Over(Exception):
    """There is nothing to do here: another worker has the run, or somebody stopped it."""


@dataclass(frozen=True, slots=True)
class _Worker:
    """Somebody at work on a run, while its lease is theirs."""

    community: CommunityFacts
    run_id: UUID
    holder: str

    @property
    def lease(self) -> str:
        return f"plots.calendar_run:{self.run_id}"

    def holds(self) -> bool:
        """Take the lease, or take it for longer."""
        return take_lease(name=self.lease, holder=self.holder, now=clock.now(), lasting=LASTING)


def start(run: RunFacts) -> None:
    """Begin to work: at once where it is little, else in a thread, which the minute's job follows."""
    plots = totals_of(run.community_id, run.id).plots
    if plots * _days(run) <= DAYS_OF_STEP:
        work_through(run.community_id, run.id)
        return
    app = cast("Any", current_app)._get_current_object()  # noqa: SLF001 - Flask's way to hand it on
    threading.Thread(target=_work, args=(app, run.community_id, run.id), daemon=True).start()


def work_through(community_id: UUID, run_id: UUID) -> bool:
    """Do all that a run waits for; False where another worker has it."""
    worker = _Worker(get_community(community_id), run_id, secrets.token_hex(8))
    if not transact(worker.holds):
        return False
    try:
        while transact(lambda: _step(worker)):
            transact(keep_statistics)
    except _Over:
        return False
    except Busy:
        log.warning("calendar_run_waits", run=str(run_id))  # the minute's job goes on with it
    except Exception as error:
        log.error("calendar_run_failed", run=str(run_id), exc_info=error)  # noqa: TRY400 - the trace
        transact(lambda: set_run(community_id, run_id, state="stopped"))
    finally:
        transact(lambda: give_lease_back(name=worker.lease, holder=worker.holder))
    return True


def _work(app: Flask, community_id: UUID, run_id: UUID) -> None:
    with app.app_context():
        work_through(community_id, run_id)


def _step(worker: _Worker) -> bool:
    """One step; False where it was the last. Raises _Over."""
    if not worker.holds():
        raise _Over
    run = hold_run(worker.community.id, worker.run_id)
    if not run.is_busy:
        raise _Over
    place_ids = _next(run)
    if not place_ids:
        _end(run)
        return False
    done = _written(worker.community, run, place_ids)
    update_rows(CalendarRunPart, done, key=("community_id", "run_id", "place_id"))
    return True


def _next(run: RunFacts) -> list[UUID]:
    """The plots of the next step."""
    part = CalendarRunPart
    wanted = select(part.place_id).where(
        part.community_id == run.community_id,
        part.run_id == run.id,
        part.state == WAITS_FOR[run.state],
    )
    limit = plots_of_step(_days(run))
    return list(db.session.scalars(wanted.order_by(part.position).limit(limit)))


def _written(community: CommunityFacts, run: RunFacts, place_ids: list[UUID]) -> list[Row]:
    """Look at these plots or write them; what their parts say from now on."""
    now, leaders = clock.now(), leading_at(community.id)
    planned = {plan.place_id for plan in find_plans(community.id, place_ids)}
    led = [each for each in place_ids if each in leaders and each in planned]
    made = list(generations(community, led, run.until_on, now))
    if run.state == "looking":
        found = {each: looked_at(each, one) for each, one in made}
    else:
        done = write_all(
            community=community,
            made=made,
            leaders=leaders,
            made_by_id=run.created_by_id,
            now=now,
        )
        found = {each.place_id: each for each in done}
    return [_part(run, each, found.get(each), is_planned=each in planned) for each in place_ids]


def _part(run: RunFacts, place_id: UUID, done: Generated | None, *, is_planned: bool) -> Row:
    state = "without_leader" if is_planned else "without_plans"
    counts = {name: getattr(done, name) if done else 0 for name in COUNTS}
    return {
        "community_id": run.community_id,
        "run_id": run.id,
        "place_id": place_id,
        "state": ENDS_AS[run.state] if done else state,
        **counts,
    }


def _end(run: RunFacts) -> None:
    now, ended = clock.now(), ENDS_AS[run.state]
    is_over = ended == "written"
    set_run(run.community_id, run.id, state=ended, finished_at=now if is_over else None)
    if not is_over:
        return
    totals = totals_of(run.community_id, run.id)
    detail = {"until": run.until_on.isoformat(), "plots": totals.written, "new": totals.new_count}
    detail |= {"changed": totals.changed_count, "withdrawn": totals.withdrawn_count}
    trace(
        community_id=run.community_id,
        by_id=run.created_by_id,
        action="plots.calendars_made",
        subject_id=run.id,
        now=now,
        detail=detail,
    )


def _days(run: RunFacts) -> int:
    zone = get_community(run.community_id).zone
    return max(1, (run.until_on - clock.local_day(clock.now(), zone)).days)
