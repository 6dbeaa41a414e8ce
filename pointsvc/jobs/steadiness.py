"""Whether the machine's clock was set while nobody looked (docs/ledger.md case 21).

The wall clock is compared with the time since the machine was started, which cannot be set. What was
read last is kept in the instance folder: the clock is the machine's, not the database's. After a
jump it is kept as it was, so that the alarm stays until the clock is right again or a person says
that it is.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pointsvc.kernel import clock

TOLERANCE: Final = timedelta(minutes=5)
STEADY: Final = timedelta(0)
_FILE: Final = "clock.json"
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks at one moment, and which start of the machine it was."""

    wall: str
    running_seconds: float
    boot: str


def read_clocks(now: datetime) -> Reading:
    """Both clocks now."""
    boot = ""
    with suppress(OSError):
        boot = _BOOT.read_text().strip()
    return Reading(now.isoformat(), clock.running_seconds(), boot)


def jump_between(before: Reading, after: Reading) -> timedelta:
    """How far the wall clock was moved from one reading to the next; STEADY within the tolerance.

    After another start of the machine only a step back can be told from time that has passed.
    """
    passed = datetime.fromisoformat(after.wall) - datetime.fromisoformat(before.wall)
    moved = min(passed, STEADY)
    if before.boot == after.boot:
        moved = passed - timedelta(seconds=after.running_seconds - before.running_seconds)
    return moved if abs(moved) > TOLERANCE else STEADY


def jump_since_last(folder: Path, reading: Reading, *, trust: bool = False) -> timedelta:
    """How far the clock was moved since the last look; the reading is kept when it is steady.

    Args:
        folder: the instance's.
        reading: both clocks now.
        trust: a person says that the clock is right.
    """
    file = folder / _FILE
    last = None if trust else last_reading(folder)
    jump = jump_between(last, reading) if last else STEADY
    if jump == STEADY:
        with suppress(OSError):  # a folder that cannot be written to has no watch
            file.write_text(json.dumps(asdict(reading)), encoding="utf-8")
    return jump


def last_reading(folder: Path) -> Reading | None:
    """What was read last; nothing where it was never kept, or was cut off by a crash."""
    with suppress(OSError, ValueError, TypeError):
        return Reading(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
    return None
