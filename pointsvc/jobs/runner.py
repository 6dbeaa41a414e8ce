"""Running what is due."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter

from pointsvc.extensions import db
from pointsvc.jobs.steadiness import STEADY
from pointsvc.jobs.timetable import TIMETABLE, Job
from pointsvc.kernel import clock
from pointsvc.kernel.last_runs import HowItEnded, note_run
from pointsvc.kernel.leases import give_lease_back, take_lease
from pointsvc.kernel.read_only import is_read_only
from pointsvc.kernel.transaction import transact

log = structlog.get_logger()
RUNS = Counter("pointsvc_job_runs", "Runs of the periodic jobs", ["job_name", "outcome"])


@dataclass(frozen=True, slots=True)
class Report:
    """What a job said, or why it did not run."""

    name: str
    said: str
    has_failed: bool = False


def run_due(
    now: datetime,
    timetable: Sequence[Job] = TIMETABLE,
    *,
    jump: timedelta = STEADY,
    is_stopping: Callable[[], bool] = lambda: False,
) -> list[Report]:
    """Run every job once, each under its lease; a failure is reported and the rest go on.

    While the books may only be read, all wait. Where the clock has jumped, jobs that need the true
    day wait. Both say so as a failure. Where the server is told to stop, no further job begins.
    """
    if is_read_only():
        log.error("read_only")
        return [Report(job.name, "waits: read only", has_failed=True) for job in timetable]
    holder = f"{os.getpid()}-{secrets.token_hex(4)}"
    reports = []
    for job in timetable:
        if is_stopping():
            break
        stopped = jump and job.needs_true_day
        reports.append(_stopped(job, jump) if stopped else _run(job, holder, now))
    return reports


def _stopped(job: Job, jump: timedelta) -> Report:
    seconds = round(jump.total_seconds())
    log.error("clock_jumped", job=job.name, seconds=seconds)
    RUNS.labels(job.name, "stopped").inc()
    return Report(job.name, f"stopped: the clock jumped by {seconds} s", has_failed=True)


def _run(job: Job, holder: str, now: datetime) -> Report:
    if not transact(lambda: take_lease(name=job.name, holder=holder, now=now)):
        return Report(job.name, "elsewhere")
    ended: HowItEnded = "failed"
    try:
        said = str(job.run(now))
        ended = "done"
    except Exception as error:
        db.session.rollback()
        log.error("job_failed", job=job.name, exc_info=error)  # noqa: TRY400 - with the trace
        return Report(job.name, f"failed: {type(error).__name__}", has_failed=True)
    finally:
        db.session.rollback()
        transact(lambda: _end(job.name, holder, ended))
        RUNS.labels(job.name, ended).inc()
    return Report(job.name, said)


def _end(name: str, holder: str, ended: HowItEnded) -> None:
    give_lease_back(name=name, holder=holder)
    note_run(name=name, ended=ended, by=holder, now=clock.now())
