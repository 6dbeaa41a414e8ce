"""`python -m bench.calendars`: five years of calendar for 500 plots, looked at and written, on both engines.

The run that a clerk's page begins, worked through by `work_through` in this process: wall time, this
process's own processor time, and the longest step, which is what a till may have to wait for on SQLite.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from bench import community, postgres
from bench.community import Community
from pointsvc.activities.rules import Scope
from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import create_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.queries import find_groups
from pointsvc.organisation.service import tend_place
from pointsvc.plots.calendar import working
from pointsvc.plots.calendar.calendar_runs import begin_run, begin_writing
from pointsvc.plots.calendar.planning import draft_year
from pointsvc.plots.models import Duty
from pointsvc.plots.rules.horizons import last_day

PLOTS: Final = 500
LEADERS: Final = 40


def main() -> None:
    """Both engines, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        _measure("sqlite", path, f"sqlite:///{path / 'calendars.sqlite3'}")
        with postgres.running() as server:
            _measure("postgresql", path, server.make("calendars"))


def _measure(engine: str, folder: Path, url: str) -> None:
    with community.office(folder, url):
        made = community.found(50, leaders=LEADERS, clerks=1)
        places = _divide(made)
        until = last_day("5y", clock.local_day(clock.now(), community.ZONE))
        run_id = _begin(made, places, until)
        sys.stdout.write(f"{engine}: {PLOTS} plots until {until}\n")
        sys.stdout.write(_worked("looked at", made.id, run_id))
        transact(lambda: begin_writing(community_id=made.id, run_id=run_id))
        sys.stdout.write(_worked("written", made.id, run_id))
        [count] = db.session.scalars(select(func.count()).select_from(Duty))
        again = _begin(made, places, until)
        sys.stdout.write(f"  {count:,} duties, as many shifts\n")
        sys.stdout.write(_worked("looked at again", made.id, again))


def _divide(made: Community) -> list[UUID]:
    """Plots of the leaders' groups, each with the draft of the year."""
    now = clock.now()
    clerk = made.clerks[0].member_id
    scope = Scope(clerk, is_everywhere=True, roles=frozenset({"clerk"}))

    def work() -> list[UUID]:
        groups = find_groups(made.id)
        ids = []
        for n in range(PLOTS):
            place = create_place(
                community_id=made.id, place_id=new_id(), kind="plot", name=f"{n}号养护田"
            )
            tend_place(
                community_id=made.id,
                group_id=groups[n % len(groups)].id,
                place_id=place.id,
                actor=SYSTEM,
                now=now,
            )
            draft_year(
                community_id=made.id,
                scope=scope,
                created_by_id=clerk,
                place_id=place.id,
                starts_on=clock.local_day(now, community.ZONE),
                now=now,
            )
            ids.append(place.id)
        return ids

    return transact(work)


def _begin(made: Community, places: list[UUID], until: date) -> UUID:
    run_id, clerk = new_id(), made.clerks[0].member_id
    transact(
        lambda: begin_run(
            community_id=made.id,
            scope=Scope(clerk, is_everywhere=True, roles=frozenset({"clerk"})),
            created_by_id=clerk,
            run_id=run_id,
            place_ids=places,
            until=until,
            now=clock.now(),
        )
    )
    return run_id


def _worked(what: str, community_id: UUID, run_id: UUID) -> str:
    steps: list[float] = []
    step = working._step  # noqa: SLF001 - its time is what is asked

    def timed(worker: working._Worker) -> bool:
        began = time.perf_counter()
        try:
            return step(worker)
        finally:
            steps.append(time.perf_counter() - began)

    working._step = timed  # noqa: SLF001
    wall, own = time.perf_counter(), time.process_time()
    try:
        assert working.work_through(community_id, run_id)
    finally:
        working._step = step  # noqa: SLF001
    wall, own = time.perf_counter() - wall, time.process_time() - own
    return (
        f"  {what}: {wall:.1f} s, own {own:.1f} s, {len(steps)} steps, longest {max(steps):.2f} s\n"
    )


if __name__ == "__main__":
    main()
