"""Whether the books are what was published. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from pointsvc.ledger.hashing import EMPTY
from pointsvc.ledger.published import PublishedRoot


@dataclass(frozen=True, slots=True)
class Gap:
    """The days after `from_on` up to `to_on` were published, and are not in the books.

    `from_on` is the last day that both have; None where there is none, `from_root` is 32 zeros then.
    """

    from_on: date | None
    from_root: bytes
    to_on: date
    to_root: bytes

    def covers(self, day: date) -> bool:
        """Whether the day is one of those."""
        return day <= self.to_on and (self.from_on is None or self.from_on < day)


def gap_between(
    published: Collection[PublishedRoot], sealed: Mapping[date, bytes], declared: Collection[Gap]
) -> Gap | None:
    """What was published and is neither in the books nor declared as lost; None where nothing is."""
    lost = [
        each
        for each in published
        if sealed.get(each.day) != each.root and not any(gap.covers(each.day) for gap in declared)
    ]
    if not lost:
        return None
    first = min(each.day for each in lost)
    last = max(lost, key=lambda each: each.day)
    from_on = max((day for day in sealed if day < first), default=None)
    from_root = EMPTY if from_on is None else sealed[from_on]
    return Gap(from_on, from_root, last.day, last.root)
