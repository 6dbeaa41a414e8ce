"""Guards taken away, to show that a race is there without them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import Dialect, Executable
from sqlalchemy.engine.default import DefaultDialect

from pointsvc.kernel import direct
from pointsvc.kernel.spoken import Spoken, spoken

LOCKING: Final = re.compile(r" FOR (?:NO KEY )?UPDATE\b(?: OF \w+)?")


def row_locks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no statement lock rows: what it says of locking is cut out as it is sent."""
    send: Any = DefaultDialect.do_execute

    def cut(dialect: Any, cursor: Any, statement: str, given: Any, context: Any = None) -> None:
        send(dialect, cursor, LOCKING.sub("", statement), given, context)

    monkeypatch.setattr(DefaultDialect, "do_execute", cut)

    def unlocked(statement: Executable, dialect: Dialect) -> Spoken:
        said = spoken(statement, dialect)
        return replace(said, text=LOCKING.sub("", said.text))

    monkeypatch.setattr(direct, "spoken", unlocked)
