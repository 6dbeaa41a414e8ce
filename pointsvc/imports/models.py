"""Runs of workbook imports, their rows that wait, and what has been taken already."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, of_community, one_of, references


class ImportRun(InCommunity, Base):
    """A workbook that was read; `committed` once all that could be taken was written."""

    __tablename__ = "import_runs"
    __table_args__ = (
        of_community(),
        one_of("state", "reading", "read", "writing", "committed", "failed"),
        Index("ix_import_runs_created", "community_id", "created_at"),
    )

    file_name: Mapped[str]
    file_hash: Mapped[bytes]
    file_size: Mapped[int]
    content: Mapped[bytes | None]
    state: Mapped[str]
    progress: Mapped[int]
    total: Mapped[int]
    report: Mapped[dict[str, Any]]
    created_by_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRow(InCommunity, Base):
    """A row that could not be taken: kept until a clerk corrects or drops it, then emptied."""

    __tablename__ = "import_rows"
    __table_args__ = (
        references("run_id", "import_runs"),
        one_of("state", "waiting", "taken", "dropped"),
        Index("ix_import_rows_run", "community_id", "run_id", "state", "id"),
    )

    run_id: Mapped[UUID]
    sheet: Mapped[str]
    sheet_kind: Mapped[str]
    row: Mapped[int]
    code: Mapped[str]
    column: Mapped[str]
    cells: Mapped[dict[str, Any]]
    state: Mapped[str]
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class TakenLine(Base):
    """A line of an office's book that has been taken, by its natural key: twice is once."""

    __tablename__ = "taken_lines"
    __table_args__ = (of_community(), one_of("kind", "person", "ledger", "donation"))

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID]
    run_id: Mapped[UUID]
