"""Working through a run: reading its file, writing what it found; begun again where it stopped.

Everything is found in the database, so that a request, a thread beside it or a job can do it; one
at a time, under the run's lease.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import select, update

from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.imports.commit.people import known_people
from pointsvc.imports.commit.service import Committed, is_long, steps_of
from pointsvc.imports.errors import Forgotten, Stopped
from pointsvc.imports.keeping import keep_overdrawn, keep_reading
from pointsvc.imports.models import ImportRun
from pointsvc.imports.queries import dropped_rows, get_run, typed_texts
from pointsvc.imports.reading import Reading, read_workbook
from pointsvc.imports.sealing import open_file
from pointsvc.imports.service import fail_run, finish_run
from pointsvc.kernel import clock
from pointsvc.kernel.bulk import keep_statistics
from pointsvc.kernel.errors import Busy, Refusal
from pointsvc.kernel.leases import give_lease_back, take_lease
from pointsvc.kernel.transaction import transact
from pointsvc.kernel.vault import Unreadable

log = structlog.get_logger()
T = TypeVar("T")
LASTING: Final = timedelta(minutes=2)
"""A worker that is killed is followed by another after this time at the latest."""
PROGRESS_STEP: Final = 5_000
TELL_SECONDS: Final = 1.0
"""No oftener is the page told: a change of the run's row writes its whole file again on SQLite."""


class _Elsewhere(Exception):
    """Another worker has the run."""


@dataclass(slots=True)
class _Worker:
    """Somebody at work on a run, while its lease is theirs."""

    community_id: UUID
    run_id: UUID
    holder: str
    told_at: float = -TELL_SECONDS

    @property
    def lease(self) -> str:
        return f"imports.run:{self.run_id}"

    def holds(self) -> bool:
        """Take the lease, or take it for longer."""
        return take_lease(name=self.lease, holder=self.holder, now=clock.now(), lasting=LASTING)

    def tell(self, done: int, total: int) -> None:
        """Say how far it is, and stay at work. Call inside `transact`."""
        if not self.holds():
            raise _Elsewhere
        if time.monotonic() - self.told_at >= TELL_SECONDS:
            self.set(progress=done, total=total)
            self.told_at = time.monotonic()

    def set(self, **values: object) -> None:
        """Change the run's columns."""
        db.session.execute(
            update(ImportRun)
            .where(ImportRun.community_id == self.community_id, ImportRun.id == self.run_id)
            .values(**values)
        )


def work_through(community_id: UUID, run_id: UUID) -> bool:
    """Read or write what a run waits for; False where another worker has it."""
    worker = _Worker(community_id, run_id, secrets.token_hex(8))
    if not transact(worker.holds):
        return False
    try:
        _work(worker)
    except _Elsewhere:
        return False
    except Busy as refusal:
        _fail(worker, refusal, is_final=False)
    except Refusal as refusal:
        _fail(worker, refusal, is_final=True)
    except Exception as error:
        log.error("import_failed", run=str(run_id), exc_info=error)  # noqa: TRY400 - the trace
        _fail(worker, Stopped(), is_final=False)
    finally:
        transact(lambda: give_lease_back(name=worker.lease, holder=worker.holder))
    return True


def _work(worker: _Worker) -> None:
    if get_run(worker.community_id, worker.run_id).state == "reading":
        _read_and_keep(worker)
    if get_run(worker.community_id, worker.run_id).state == "writing":
        _write(worker, _read_and_keep(worker))


def _read_and_keep(worker: _Worker) -> Reading:
    """Read the file, as corrected; a run that was written before goes on to be written again."""
    reading = _read(worker)
    zone = get_community(worker.community_id).zone

    def keep() -> None:
        if not worker.holds():
            raise _Elsewhere
        keep_reading(
            community_id=worker.community_id,
            run_id=worker.run_id,
            reading=reading,
            today=clock.local_day(clock.now(), zone),
        )
        run = get_run(worker.community_id, worker.run_id)
        if run.state == "reading":
            worker.set(state="read" if run.written is None else "writing")

    transact(keep)
    return reading


def _read(worker: _Worker) -> Reading:
    community_id, run_id = worker.community_id, worker.run_id
    sealed = db.session.scalar(
        select(ImportRun.content).where(
            ImportRun.community_id == community_id, ImportRun.id == run_id
        )
    )
    if sealed is None:
        raise Forgotten
    try:
        data = open_file(community_id, run_id, sealed)
    except Unreadable as error:
        raise Forgotten from error
    known = list(known_people(community_id).values())
    corrections = typed_texts(community_id, run_id)
    dropped = dropped_rows(community_id, run_id)
    db.session.rollback()
    return read_workbook(
        data,
        known=known,
        corrections=corrections,
        dropped=dropped,
        progress=lambda done, total: _tell_read(worker, done, total),
    )


def _tell_read(worker: _Worker, done: int, total: int) -> None:
    """Say how far it is from time to time; before writing, the second look is not counted."""
    if done % PROGRESS_STEP or total <= PROGRESS_STEP:
        return
    is_first = get_run(worker.community_id, worker.run_id).state == "reading"
    transact(lambda: worker.tell(done if is_first else 0, total))


def _write(worker: _Worker, reading: Reading) -> None:
    """Write all that can be taken: a book of usual size in one transaction, a long one in steps."""
    run = get_run(worker.community_id, worker.run_id)
    steps = list(
        steps_of(
            community_id=worker.community_id,
            reading=reading,
            run_id=worker.run_id,
            recorded_by_id=run.created_by_id,
            now=clock.now(),
        )
    )
    done = Committed()
    if is_long(reading):
        for number, step in enumerate(steps):
            transact(keep_statistics)
            done += transact(lambda step=step, n=number: _step_told(worker, step, n, len(steps)))  # type: ignore[misc]
        steps = []
    transact(lambda: _finish(worker, reading, sum((step() for step in steps), done)))


def _step_told(
    worker: _Worker, step: Callable[[], Committed], number: int, total: int
) -> Committed:
    worker.tell(number, total)
    return step()


def _finish(worker: _Worker, reading: Reading, done: Committed) -> None:
    keep_overdrawn(
        community_id=worker.community_id,
        run_id=worker.run_id,
        reading=reading,
        lines=done.overdrawn,
    )
    finish_run(
        community_id=worker.community_id,
        run_id=worker.run_id,
        written=done.counts(),
        now=clock.now(),
    )


def _fail(worker: _Worker, refusal: Refusal, *, is_final: bool) -> None:
    transact(
        lambda: fail_run(
            community_id=worker.community_id,
            run_id=worker.run_id,
            code=refusal.code,
            context=refusal.context,
            is_final=is_final,
        )
    )
