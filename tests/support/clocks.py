"""The clock of the tests: it stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pointsvc.kernel import clock

ZONE: Final = ZoneInfo(clock.DEFAULT_ZONE)
SATURDAY_MORNING: Final = datetime(2026, 11, 21, 9, 0, tzinfo=ZONE)


class FrozenClock:
    """`at("2026-11-21T09:00")` and `advance(minutes=5)` move it; nothing else does."""

    def __init__(self) -> None:
        self._frozen = ExitStack()

    def at(self, moment: datetime | str) -> datetime:
        """Stand still at `moment`; text without an offset is on the clocks of Asia/Shanghai."""
        if isinstance(moment, str):
            read = datetime.fromisoformat(moment)
            moment = read if read.tzinfo else read.replace(tzinfo=ZONE)
        self._frozen.close()
        self._frozen.enter_context(clock.frozen(moment))
        return clock.now()

    def advance(self, **by: float) -> datetime:
        """Stand still later: `advance(hours=2)`, as in `timedelta`."""
        return self.at(clock.now() + timedelta(**by))

    def run(self) -> None:
        """Let the wall clock show through again (child processes always see it)."""
        self._frozen.close()


@contextmanager
def frozen_clock() -> Iterator[FrozenClock]:
    """A clock on a Saturday morning, the day when plots are tended."""
    made = FrozenClock()
    made.at(SATURDAY_MORNING)
    try:
        yield made
    finally:
        made.run()
