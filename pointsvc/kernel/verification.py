"""What a check of the books reports; each room with invariants offers its own checks."""

from __future__ import annotations

from dataclasses import dataclass, field

NAMED_MAX = 20


@dataclass(slots=True)
class Check:
    """One invariant over one community: how many rows it looked at, and what is broken.

    `broken` names at most twenty things (ids, never names); `broken_count` counts all. `noted` tells
    what holds and yet has to be known.
    """

    id: str
    count: int = 0
    broken: list[str] = field(default_factory=list)
    broken_count: int = 0
    noted: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the invariant holds."""
        return self.broken_count == 0

    def expect(self, holds: bool, thing: object) -> None:  # noqa: FBT001 - reads as a sentence
        """Count one row; name the thing when the invariant does not hold for it."""
        self.count += 1
        if not holds:
            self.broken_count += 1
            if len(self.broken) < NAMED_MAX:
                self.broken.append(str(thing))
