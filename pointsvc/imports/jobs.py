"""Runs that were left in the middle, and files that have been kept long enough."""

from __future__ import annotations

from datetime import datetime

from pointsvc.imports.queries import runs_to_empty, unfinished_runs
from pointsvc.imports.service import empty_run
from pointsvc.imports.working import work_through
from pointsvc.kernel.transaction import transact


def continue_runs(now: datetime) -> int:  # noqa: ARG001 - a job's shape
    """Go on with every run that nobody works on; how many that were."""
    return sum(work_through(community_id, run_id) for community_id, run_id in unfinished_runs())


def empty_old_files(now: datetime) -> int:
    """Forget the files and rows that waited for 30 days; how many."""
    old = runs_to_empty(now)
    for community_id, run_id in old:
        transact(lambda c=community_id, r=run_id: empty_run(community_id=c, run_id=r, now=now))  # type: ignore[misc]
    return len(old)
