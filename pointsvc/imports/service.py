"""The verbs of a run: begin it, keep what was read, correct and drop rows, write, empty."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import member_actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.imports.archive import PACKED_MAX
from pointsvc.imports.errors import Forgotten, NotReady, TooLarge
from pointsvc.imports.models import ImportRow, ImportRun
from pointsvc.imports.queries import BUSY, RunFacts, find_run, find_runs_of_file, get_run
from pointsvc.imports.sealing import open_facts, seal_facts, seal_file
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _

FILE_NAME_MAX: Final = 120
CELL_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Begun:
    """The run that goes on with a file: a new one, or one that the file already has."""

    run_id: UUID
    is_new: bool
    is_same_file: bool


def begin_run(
    *,
    community_id: UUID,
    run_id: UUID,
    file_name: str,
    data: bytes,
    created_by_id: UUID,
    now: datetime,
) -> Begun:
    """Keep a file to be read. The same id, or a file that still waits for a clerk, is no new run.

    Raises:
        Invalid: nothing was chosen. TooLarge.
    """
    if not data:
        raise Invalid({"file": [_("请先选择一个 .xlsx 文件；空文件不能导入。")]})
    if len(data) > PACKED_MAX:
        raise TooLarge(megabytes=-(-len(data) // 2**20), limit=PACKED_MAX >> 20)
    file_hash = hashlib.sha256(data).digest()
    if find_run(community_id, run_id) is not None:
        return Begun(run_id, is_new=False, is_same_file=False)
    others = find_runs_of_file(community_id, file_hash)
    waiting = next((run for run in others if run.has_content and run.state != "failed"), None)
    if waiting is not None:
        return Begun(waiting.id, is_new=False, is_same_file=True)
    db.session.add(
        ImportRun(
            community_id=community_id,
            id=run_id,
            file_name=file_name[-FILE_NAME_MAX:],
            file_hash=file_hash,
            file_size=len(data),
            content=seal_file(community_id, run_id, data),
            state="reading",
            progress=0,
            total=0,
            report={},
            created_by_id=created_by_id,
            created_at=now,
            finished_at=None,
        )
    )
    return Begun(run_id, is_new=True, is_same_file=any(run.written for run in others))


def correct_row(
    *,
    community_id: UUID,
    run_id: UUID,
    row_id: UUID,
    cells: Mapping[str, str],
    decided_by_id: UUID,
    now: datetime,
) -> None:
    """Read the row again with other cells; what it gives is seen when the run has been read.

    Cells under headings that the row does not have are left out. A row that is decided stays.

    Raises:
        NotFound, NotReady, Forgotten.
    """
    _lock_for_change(community_id, run_id)
    row = _row(community_id, run_id, row_id)
    if row.state != "waiting":
        return
    kept = open_facts(community_id, run_id, row.cells)
    typed = {label: cells.get(label, text)[:CELL_MAX] for label, text in kept["cells"].items()}
    row.cells = seal_facts(community_id, run_id, kept | {"cells": typed, "is_typed": True})
    row.decided_by_id, row.decided_at = decided_by_id, now
    _read_again(community_id, run_id)


def drop_rows(
    *,
    community_id: UUID,
    run_id: UUID,
    row_id: UUID | None,
    decided_by_id: UUID,
    now: datetime,
) -> int:
    """Leave one row out, or all that wait, and forget their cells; how many.

    Raises:
        NotFound, NotReady, Forgotten.
    """
    _lock_for_change(community_id, run_id)
    wanted = select(ImportRow).where(
        ImportRow.community_id == community_id,
        ImportRow.run_id == run_id,
        ImportRow.state == "waiting",
    )
    if row_id is not None:
        _row(community_id, run_id, row_id)
        wanted = wanted.where(ImportRow.id == row_id)
    rows = list(db.session.scalars(wanted))
    for row in rows:
        row.state, row.cells = "dropped", {}
        row.decided_by_id, row.decided_at = decided_by_id, now
    if rows:
        _read_again(community_id, run_id)
    return len(rows)


def begin_writing(*, community_id: UUID, run_id: UUID) -> bool:
    """Let a run that was read be written; False where that was asked before.

    Raises:
        NotFound, NotReady (still being read, or failed), Forgotten.
    """
    run = _locked(community_id, run_id)
    if run.state in ("writing", "committed"):
        return False
    if run.state != "read":
        raise NotReady
    if not run.has_content:
        raise Forgotten
    _set(community_id, run_id, state="writing", progress=0)
    return True


def try_again(*, community_id: UUID, run_id: UUID) -> None:
    """Read a failed run again from its beginning; what was written stays and is not doubled.

    Raises:
        NotFound, Forgotten.
    """
    run = _locked(community_id, run_id)
    if run.state != "failed":
        return
    if not run.has_content:
        raise Forgotten
    report = {name: value for name, value in run.report.items() if name != "refusal"}
    _set(community_id, run_id, state="reading", progress=0, report=report)


def finish_run(
    *, community_id: UUID, run_id: UUID, written: Mapping[str, int], now: datetime
) -> None:
    """All that could be taken is written: what waited for that is emptied."""
    run = get_run(community_id, run_id)
    before = run.written or {}
    total = {name: before.get(name, 0) + count for name, count in written.items()}
    _set(
        community_id,
        run_id,
        state="committed",
        finished_at=now,
        report=run.report | {"written": total},
    )
    _empty_rows(community_id, run_id, "taken")
    if not _is_waiting(community_id, run_id):
        _forget(community_id, run_id)
    actor = member_actor(run.created_by_id)
    note(
        community_id=community_id,
        actor=actor,
        action="imports.committed",
        subject_id=run_id,
        now=now,
        detail=dict(written),
    )


def fail_run(
    *, community_id: UUID, run_id: UUID, code: str, context: dict[str, Any], is_final: bool
) -> None:
    """Say why a run cannot go on; a file that is refused for good is not kept."""
    run = get_run(community_id, run_id)
    refusal = {"code": code, "context": context}
    _set(community_id, run_id, state="failed", report=run.report | {"refusal": refusal})
    if is_final:
        _forget(community_id, run_id)


def empty_run(*, community_id: UUID, run_id: UUID, now: datetime) -> None:
    """Forget the file and the cells of a run; rows that still wait are dropped."""
    db.session.execute(
        update(ImportRow)
        .where(
            ImportRow.community_id == community_id,
            ImportRow.run_id == run_id,
            ImportRow.state == "waiting",
        )
        .values(state="dropped", decided_at=now)
    )
    for state in ("taken", "dropped"):
        _empty_rows(community_id, run_id, state)
    _forget(community_id, run_id)


def _lock_for_change(community_id: UUID, run_id: UUID) -> RunFacts:
    run = _locked(community_id, run_id)
    if run.state in BUSY:
        raise NotReady
    if not run.has_content:
        raise Forgotten
    return run


def _locked(community_id: UUID, run_id: UUID) -> RunFacts:
    """The run, held until the end of the transaction. Raises NotFound."""
    db.session.execute(
        select(ImportRun.id)
        .where(ImportRun.community_id == community_id, ImportRun.id == run_id)
        .with_for_update()
    )
    return get_run(community_id, run_id)


def _row(community_id: UUID, run_id: UUID, row_id: UUID) -> ImportRow:
    row = db.session.get(ImportRow, (community_id, row_id))
    if row is None or row.run_id != run_id:
        raise NotFound
    return row


def _set(community_id: UUID, run_id: UUID, **values: Any) -> None:
    db.session.execute(
        update(ImportRun)
        .where(ImportRun.community_id == community_id, ImportRun.id == run_id)
        .values(**values)
    )


def _read_again(community_id: UUID, run_id: UUID) -> None:
    db.session.flush()
    _set(community_id, run_id, state="reading", progress=0)


def _is_waiting(community_id: UUID, run_id: UUID) -> bool:
    waiting = select(ImportRow.id).where(
        ImportRow.community_id == community_id,
        ImportRow.run_id == run_id,
        ImportRow.state == "waiting",
    )
    return db.session.scalar(waiting.limit(1)) is not None


def _empty_rows(community_id: UUID, run_id: UUID, state: str) -> None:
    db.session.execute(
        update(ImportRow)
        .where(
            ImportRow.community_id == community_id,
            ImportRow.run_id == run_id,
            ImportRow.state == state,
        )
        .values(cells={})
    )


def _forget(community_id: UUID, run_id: UUID) -> None:
    run = get_run(community_id, run_id)
    report = {name: value for name, value in run.report.items() if name != "warnings"}
    _set(community_id, run_id, content=None, report=report)
