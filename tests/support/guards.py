"""Guards taken away, to show that a race is there without them."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from sqlalchemy.engine.default import DefaultDialect

LOCKING: Final = re.compile(r" FOR (?:NO KEY )?UPDATE\b(?: OF \w+)?")


def row_locks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no statement lock rows: what it says of locking is cut out as it is sent."""
    send: Any = DefaultDialect.do_execute

    def cut(dialect: Any, cursor: Any, statement: str, given: Any, context: Any = None) -> None:
        send(dialect, cursor, LOCKING.sub("", statement), given, context)

    monkeypatch.setattr(DefaultDialect, "do_execute", cut)
