"""How large a photograph may come and is kept, and how many: pure numbers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

BYTES_MAX: Final = 16 * 1024 * 1024
PIXELS_MAX: Final = 50_000_000
PIXELS_WHOLE_MAX: Final = (
    20_000_000  # of kinds that are unfolded whole before they are made smaller
)
WAIT_SECONDS: Final = 15
SIDE_MAX: Final = 1600
BYTES_KEPT_MAX: Final = 4 * 1024 * 1024
QUALITY: Final = 78
SLOTS_MAX: Final = 12
DAY_MAX: Final = 40
# No age empties them: goods are shown as long as there are some, papers kept as long as the books.
LASTING: Final = frozenset({"product", "donation", "purchase"})


def free_slots(taken: Collection[int], *, most: int, wanted: int) -> list[int] | None:
    """The lowest free slots for so many more; None where they do not all fit."""
    free = [slot for slot in range(1, most + 1) if slot not in taken]
    return free[:wanted] if len(free) >= wanted else None


def day_numbers(last: int, *, wanted: int) -> range | None:
    """The next numbers of a member's day; None where the day is used up."""
    return range(last + 1, last + wanted + 1) if last + wanted <= DAY_MAX else None
