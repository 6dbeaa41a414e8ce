"""Running what is due."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from pointsvc.extensions import db
from pointsvc.jobs.steadiness import STEADY
from pointsvc.jobs.timetable import TIMETABLE, Job
from pointsvc.kernel.leases import give_lease_back, take_lease
from pointsvc.kernel.transaction import transact

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Report:
    """What a job said, or why it did not run."""

    name: str
    said: str
    has_failed: bool = False


def run_due(
    now: datetime, timetable: Sequence[Job] = TIMETABLE, *, jump: timedelta = STEADY
) -> list[Report]:
    """Run every job once, each under its lease; a failure is reported and the rest go on.

    Where the clock has jumped, jobs that need the true day wait, and say so as a failure.
    """
    holder = f"{os.getpid()}-{secrets.token_hex(4)}"
    return [
        _stopped(job, jump) if jump and job.needs_true_day else _run(job, holder, now)
        for job in timetable
    ]


def _stopped(job: Job, jump: timedelta) -> Report:
    seconds = round(jump.total_seconds())
    log.error("clock_jumped", job=job.name, seconds=seconds)
    return Report(job.name, f"stopped: the clock jumped by {seconds} s", has_failed=True)


def _run(job: Job, holder: str, now: datetime) -> Report:
    if not transact(lambda: take_lease(name=job.name, holder=holder, now=now)):
        return Report(job.name, "elsewhere")
    try:
        said = str(job.run(now))
    except Exception as error:
        db.session.rollback()
        log.error("job_failed", job=job.name, exc_info=error)  # noqa: TRY400 - with the trace
        return Report(job.name, f"failed: {type(error).__name__}", has_failed=True)
    finally:
        db.session.rollback()
        transact(lambda: give_lease_back(name=job.name, holder=holder))
    return Report(job.name, said)
