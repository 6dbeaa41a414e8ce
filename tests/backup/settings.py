"""Settings of the servers that copies go between, and what is in their databases."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, select

from pointsvc.extensions import Base
from tests.support.commands import Said

Environment = dict[str, str]
OTHER_KEY: Final = "another-secret-than-the-one-of-the-tests"


def file_of(settings: Environment) -> Path:
    return Path(settings["POINTSVC_INSTANCE"]) / "pointsvc.sqlite3"


def engine_of(settings: Environment) -> Engine:
    return create_engine(settings.get("POINTSVC_DATABASE_URL", f"sqlite:///{file_of(settings)}"))


def rows_of(settings: Environment) -> dict[str, list[str]]:
    """Every row of every table."""
    engine = engine_of(settings)
    with engine.connect() as connection:
        found = {
            table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def is_refused(said: Said, code: str) -> bool:
    return said.code == 2 and f"[{code}]" in said.err and "Traceback" not in said.err
