"""What is done periodically. Each job is `(now) -> what it says`, and safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pointsvc.demo.renewal import renew
from pointsvc.ledger.jobs import expire_due, seal_yesterday


@dataclass(frozen=True, slots=True)
class Job:
    """A periodic job: its name is its lease's, its result is logged."""

    name: str
    run: Callable[[datetime], object]


TIMETABLE: Final = (
    Job("ledger.expire_due", expire_due),
    Job("ledger.seal_yesterday", seal_yesterday),
    Job("demo.renew", renew),
)
