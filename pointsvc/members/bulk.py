"""Many rows in one statement, past the unit of work."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from pointsvc.extensions import Base, db


def insert_rows(model: type[Base], rows: list[dict[str, Any]], *, skip_known: bool = False) -> None:
    """Insert rows; `skip_known` leaves those alone whose unique keys are taken."""
    if not rows:
        return
    dialect = db.session.get_bind().dialect.name
    builder = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement: Any = builder(cast("Table", model.__table__))
    db.session.execute(statement.on_conflict_do_nothing() if skip_known else statement, rows)
