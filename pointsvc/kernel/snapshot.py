"""Reading much of the database as of one moment: verification and inspections."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from pointsvc.extensions import db

# So that PostgreSQL's other processes take part, and sorts stay in memory; until the transaction ends.
# Each join of three processes may take six times so much.
_AT_LENGTH: Final = (
    "SET LOCAL work_mem = '16MB'",
    "SET LOCAL parallel_setup_cost = 0",
    "SET LOCAL parallel_tuple_cost = 0",
)


def begin_snapshot() -> None:
    """End what the session was doing, and begin a transaction that sees the database of now only.

    Writers go on meanwhile. Not within `transact`: on SQLite that would stop them all.
    """
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        for setting in _AT_LENGTH:
            db.session.execute(text(setting))
