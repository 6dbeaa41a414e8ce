"""Reading runs and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from pointsvc.extensions import db
from pointsvc.imports.lines import Problem
from pointsvc.imports.models import ImportRow, ImportRun
from pointsvc.imports.sealing import open_facts
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.paging import Page, open_moment_and_id, seal_cursor

RUNS_LENGTH: Final = 20
ROWS_LENGTH: Final = 20
BUSY: Final = ("reading", "writing")
KEPT_DAYS: Final = 30
"""So long a file and its wrong rows are kept for the clerk; then they are emptied."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run without its file."""

    community_id: UUID
    id: UUID
    file_name: str
    file_hash: bytes
    file_size: int
    state: str
    progress: int
    total: int
    report: dict[str, Any]
    created_by_id: UUID | None
    created_at: datetime
    finished_at: datetime | None
    has_content: bool

    @property
    def is_busy(self) -> bool:
        """Whether it is being read or written."""
        return self.state in BUSY

    @property
    def figures(self) -> dict[str, Any] | None:
        """What the reading found; None before it is read."""
        return self.report.get("figures")

    @property
    def written(self) -> dict[str, int] | None:
        """What has been written so far; None before the first commit."""
        return self.report.get("written")


@dataclass(frozen=True, slots=True)
class RowFacts:
    """A row: its cells by heading, as read or as last typed, and why it waits."""

    id: UUID
    sheet: str
    kind: str
    row: int
    cells: dict[str, str]
    problems: tuple[Problem, ...]
    is_typed: bool
    state: str


_RUN: Final = (
    ImportRun.community_id,
    ImportRun.id,
    ImportRun.file_name,
    ImportRun.file_hash,
    ImportRun.file_size,
    ImportRun.state,
    ImportRun.progress,
    ImportRun.total,
    ImportRun.report,
    ImportRun.created_by_id,
    ImportRun.created_at,
    ImportRun.finished_at,
    ImportRun.content.is_not(None).label("has_content"),
)


def get_run(community_id: UUID, run_id: UUID) -> RunFacts:
    """The run. Raises NotFound, also for another community's."""
    wanted = _runs(community_id).where(ImportRun.id == run_id)
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    return RunFacts(*found)


def find_run(community_id: UUID, run_id: UUID) -> RunFacts | None:
    """The run, if there is one."""
    found = db.session.execute(_runs(community_id).where(ImportRun.id == run_id)).one_or_none()
    return RunFacts(*found) if found else None


def find_runs_of_file(community_id: UUID, file_hash: bytes) -> list[RunFacts]:
    """The last runs of the same bytes, newest first."""
    wanted = _runs(community_id).where(ImportRun.file_hash == file_hash)
    rows = db.session.execute(wanted.order_by(ImportRun.created_at.desc()).limit(RUNS_LENGTH))
    return [RunFacts(*row) for row in rows]


def runs_page(community_id: UUID, after: str | None = None) -> Page[RunFacts]:
    """The runs, newest first."""
    order = (ImportRun.created_at, ImportRun.id)
    wanted = _runs(community_id).order_by(*(column.desc() for column in order))
    if after:
        wanted = wanted.where(tuple_(*order) < open_moment_and_id(after))
    found = [RunFacts(*row) for row in db.session.execute(wanted.limit(RUNS_LENGTH + 1))]
    if len(found) <= RUNS_LENGTH:
        return Page(found, None)
    last = found[RUNS_LENGTH - 1]
    return Page(found[:RUNS_LENGTH], seal_cursor(last.created_at.isoformat(), last.id))


def unfinished_runs() -> list[tuple[UUID, UUID]]:
    """Community and id of every run that is being read or written, oldest first."""
    wanted = (
        select(ImportRun.community_id, ImportRun.id)
        .where(ImportRun.state.in_(BUSY))
        .order_by(ImportRun.created_at)
    )
    return [(row.community_id, row.id) for row in db.session.execute(wanted)]


def runs_to_empty(now: datetime) -> list[tuple[UUID, UUID]]:
    """Community and id of every run whose file has been kept for its days."""
    wanted = select(ImportRun.community_id, ImportRun.id).where(
        ImportRun.content.is_not(None),
        ImportRun.created_at < now - timedelta(days=KEPT_DAYS),
        ImportRun.state.not_in(BUSY),
    )
    return [(row.community_id, row.id) for row in db.session.execute(wanted)]


def count_rows(community_id: UUID, run_id: UUID) -> dict[str, int]:
    """How many rows wait, are taken, are dropped."""
    rows = db.session.execute(
        select(ImportRow.state, func.count())
        .where(*_of(community_id, run_id))
        .group_by(ImportRow.state)
    )
    return {"waiting": 0, "taken": 0, "dropped": 0} | {row.state: row[1] for row in rows}


def waiting_sheets(community_id: UUID, run_id: UUID) -> dict[str, int]:
    """How many rows wait in each sheet, in the order of reading."""
    rows = db.session.execute(
        select(ImportRow.sheet, func.count())
        .where(*_of(community_id, run_id), ImportRow.state == "waiting")
        .group_by(ImportRow.sheet)
        .order_by(func.count().desc(), ImportRow.sheet)
    )
    return {row.sheet: row[1] for row in rows}


def rows_page(
    community_id: UUID, run_id: UUID, *, sheet: str | None = None, after: UUID | None = None
) -> Page[RowFacts]:
    """The rows that wait, in the order of reading."""
    wanted = _waiting(community_id, run_id, sheet)
    if after is not None:
        wanted = wanted.where(ImportRow.id > after)
    found = list(db.session.scalars(wanted.limit(ROWS_LENGTH + 1)))
    rows = [_facts(row) for row in found[:ROWS_LENGTH]]
    return Page(rows, rows[-1].id.hex if len(found) > ROWS_LENGTH else None)


def get_row(community_id: UUID, run_id: UUID, row_id: UUID) -> RowFacts:
    """A row of the run. Raises NotFound."""
    row = db.session.scalar(
        select(ImportRow).where(*_of(community_id, run_id), ImportRow.id == row_id)
    )
    if row is None:
        raise NotFound
    return _facts(row)


def all_waiting_rows(community_id: UUID, run_id: UUID) -> Iterator[RowFacts]:
    """Every row that waits, in the order of reading."""
    return map(_facts, db.session.scalars(_waiting(community_id, run_id, None)))


def typed_texts(community_id: UUID, run_id: UUID) -> dict[tuple[str, int], dict[str, str]]:
    """What a clerk typed for rows that are not dropped, by sheet and number."""
    rows = db.session.scalars(
        select(ImportRow).where(*_of(community_id, run_id), ImportRow.state != "dropped")
    )
    facts = (_facts(row) for row in rows if row.cells)
    return {(each.sheet, each.row): each.cells for each in facts if each.is_typed}


def dropped_rows(community_id: UUID, run_id: UUID) -> set[tuple[str, int]]:
    """Sheet and number of the rows that a clerk does not want."""
    rows = db.session.execute(
        select(ImportRow.sheet, ImportRow.row).where(
            *_of(community_id, run_id), ImportRow.state == "dropped"
        )
    )
    return {(sheet, row) for sheet, row in rows}


def warnings_of(run: RunFacts) -> list[Problem]:
    """What the clerk should know of lines that are taken; nothing once the run is emptied."""
    found = open_facts(run.community_id, run.id, run.report.get("warnings", {}))
    return [Problem(**each) for each in found or []]


def _runs(community_id: UUID) -> Select[Any]:
    return select(*_RUN).where(ImportRun.community_id == community_id)


def _of(community_id: UUID, run_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (ImportRow.community_id == community_id, ImportRow.run_id == run_id)


def _waiting(community_id: UUID, run_id: UUID, sheet: str | None) -> Select[ImportRow]:
    wanted = select(ImportRow).where(*_of(community_id, run_id), ImportRow.state == "waiting")
    if sheet:
        wanted = wanted.where(ImportRow.sheet == sheet)
    return wanted.order_by(ImportRow.id)


def _facts(row: ImportRow) -> RowFacts:
    kept = open_facts(row.community_id, row.run_id, row.cells) or {}
    return RowFacts(
        id=row.id,
        sheet=row.sheet,
        kind=row.sheet_kind,
        row=row.row,
        cells=kept.get("cells", {}),
        problems=tuple(Problem(**each) for each in kept.get("problems", [])),
        is_typed=kept.get("is_typed", False),
        state=row.state,
    )
