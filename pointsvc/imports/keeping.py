"""Keeping what a reading found: the rows that wait, the warnings, the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.extensions import db
from pointsvc.imports.lines import LedgerLine, RejectedRow, digest
from pointsvc.imports.messages import OVERDRAWN
from pointsvc.imports.models import ImportRow, ImportRun
from pointsvc.imports.queries import get_run, typed_texts
from pointsvc.imports.reading import KINDS, Reading, reject_line
from pointsvc.imports.sealing import seal_facts
from pointsvc.imports.summary import summarise

WARNINGS_MAX: Final = 1_000
"""Warnings that are kept to be shown; all are counted."""


def keep_reading(*, community_id: UUID, run_id: UUID, reading: Reading, today: date) -> None:
    """Let the run's rows and figures be those of its last reading.

    A row that is wrong no more is taken; a dropped one stays dropped; a new wrong one waits.
    """
    _keep_rows(community_id, run_id, reading, reading.rejected)
    warnings = [asdict(each) for each in reading.warnings[:WARNINGS_MAX]]
    run = get_run(community_id, run_id)
    report = run.report | {
        "figures": summarise(reading, today),
        "warnings_count": len(reading.warnings),
        "warnings": seal_facts(community_id, run_id, warnings),
    }
    db.session.execute(
        update(ImportRun)
        .where(ImportRun.community_id == community_id, ImportRun.id == run_id)
        .values(report=report)
    )


def keep_overdrawn(
    *, community_id: UUID, run_id: UUID, reading: Reading, lines: Iterable[LedgerLine]
) -> None:
    """Let the lines wait that would take away what was imported before."""
    rejected = [reject_line(reading, line, OVERDRAWN, value=str(line.points)) for line in lines]
    standing = _standing(community_id, run_id)
    for row in rejected:
        _keep_row(community_id, run_id, reading, row, standing, {})


def _keep_rows(
    community_id: UUID, run_id: UUID, reading: Reading, rejected: Sequence[RejectedRow]
) -> None:
    standing = _standing(community_id, run_id)
    typed = typed_texts(community_id, run_id)
    wrong = set()
    new = []
    for row in rejected:
        id_ = row_id(run_id, reading, row)
        wrong.add(id_)
        if id_ in standing:
            _keep_row(community_id, run_id, reading, row, standing, typed)
        else:
            new.append(_columns(community_id, run_id, id_, row, is_typed=False))
    if new:
        db.session.execute(ImportRow.__table__.insert(), new)  # type: ignore[attr-defined]
    better = [id_ for id_, state in standing.items() if state == "waiting" and id_ not in wrong]
    for id_ in better:
        _update(community_id, id_, {"state": "taken"})


def _keep_row(
    community_id: UUID,
    run_id: UUID,
    reading: Reading,
    row: RejectedRow,
    standing: dict[UUID, str],
    typed: dict[tuple[str, int], dict[str, str]],
) -> None:
    id_ = row_id(run_id, reading, row)
    if standing.get(id_) == "dropped":
        return
    texts = typed.get((row.sheet, row.row))
    shown = replace(row, cells=texts) if texts else row
    columns = _columns(community_id, run_id, id_, shown, is_typed=texts is not None)
    if id_ in standing:
        _update(community_id, id_, columns)
    else:
        db.session.execute(ImportRow.__table__.insert(), [columns])  # type: ignore[attr-defined]


def _columns(
    community_id: UUID, run_id: UUID, id_: UUID, row: RejectedRow, *, is_typed: bool
) -> dict[str, Any]:
    facts = {
        "cells": row.cells,
        "problems": [asdict(each) for each in row.problems],
        "is_typed": is_typed,
    }
    return {
        "community_id": community_id,
        "id": id_,
        "run_id": run_id,
        "sheet": row.sheet,
        "sheet_kind": row.kind,
        "row": row.row,
        "code": row.problems[0].code,
        "column": row.problems[0].column,
        "cells": seal_facts(community_id, run_id, facts),
        "state": "waiting",
        "decided_by_id": None,
        "decided_at": None,
    }


def _update(community_id: UUID, id_: UUID, columns: dict[str, Any]) -> None:
    db.session.execute(
        update(ImportRow)
        .where(ImportRow.community_id == community_id, ImportRow.id == id_)
        .values(**columns)
    )


def _standing(community_id: UUID, run_id: UUID) -> dict[UUID, str]:
    rows = db.session.execute(
        select(ImportRow.id, ImportRow.state).where(
            ImportRow.community_id == community_id, ImportRow.run_id == run_id
        )
    )
    return {row.id: row.state for row in rows}


def row_id(run_id: UUID, reading: Reading, row: RejectedRow) -> UUID:
    """The one id of a row of a run; ids sort in the order of reading: kind, sheet, row."""
    kind = [each.name for each in KINDS].index(row.kind)
    sheet = list(reading.tables).index(row.sheet)
    place = kind.to_bytes(2, "big") + sheet.to_bytes(2, "big") + row.row.to_bytes(4, "big")
    return UUID(bytes=digest("import-row", run_id.hex)[:8] + place)
