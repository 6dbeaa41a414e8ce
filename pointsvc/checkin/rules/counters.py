"""A device's counter only grows: what is missing, used twice, or goes back in time (docs/checkin.md §2).

Read anew each time, whatever order the scans came in: a late upload fills its gap by itself. What is
found is something to look at. It changes no verdict and no points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Final
from uuid import UUID

TOLERANCE: Final = timedelta(minutes=2)  # clocks of phones and servers differ that much


@dataclass(frozen=True, slots=True)
class Counted:
    """A scan that carries its device's number; `happened_at` is when it happened as far as known."""

    counter: int
    scan_id: UUID
    happened_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that never came, first to last; `seen_at` is when a later number told of them."""

    first: int
    last: int
    seen_at: datetime

    @property
    def count(self) -> int:
        """How many scans are missing."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Oddity:
    """A number with different scans, or one that happened before the number in front of it."""

    counter: int
    scan_ids: tuple[UUID, ...]
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Findings:
    """What the numbers of one device tell."""

    gaps: tuple[Gap, ...] = ()
    repeats: tuple[Oddity, ...] = ()
    reversals: tuple[Oddity, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.gaps or self.repeats or self.reversals)


def findings_of(scans: Iterable[Counted]) -> Findings:
    """Gaps, repeats and reversals among the scans of one device, whatever their order.

    Only numbers between known ones can be missing: a device may have begun to count before it came
    here. A reversal is a number that happened more than TOLERANCE before the one in front of it.
    """
    ordered = sorted(set(scans), key=_by_counter)
    numbers = [list(same) for _counter, same in groupby(ordered, key=lambda each: each.counter)]
    gaps = [
        Gap(before[0].counter + 1, after[0].counter - 1, after[0].received_at)
        for before, after in pairwise(numbers)
        if after[0].counter - before[0].counter > 1
    ]
    repeats = [
        Oddity(same[0].counter, tuple(e.scan_id for e in same), max(e.received_at for e in same))
        for same in numbers
        if len(same) > 1
    ]
    reversals = [
        Oddity(later.counter, (earlier.scan_id, later.scan_id), later.received_at)
        for before, after in pairwise(numbers)
        for earlier, later in [(before[-1], after[0])]
        if later.happened_at < earlier.happened_at - TOLERANCE
    ]
    return Findings(tuple(gaps), tuple(repeats), tuple(reversals))


def _by_counter(scan: Counted) -> tuple[int, datetime, UUID]:
    return (scan.counter, scan.happened_at, scan.scan_id)
