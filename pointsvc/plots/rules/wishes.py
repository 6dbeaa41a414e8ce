"""What people wish of the roster: when they can, what they would rather not do, hours a week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pointsvc.plots.rules.roster import PARTS, WEEKDAYS_ALL


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wishes; `week_hours_max` None is the community's."""

    weekdays: frozenset[int] = WEEKDAYS_ALL
    parts: frozenset[str] = frozenset(PARTS)
    avoids: frozenset[str] = frozenset()
    is_light_only: bool = False
    week_hours_max: int | None = None


NONE: Final = Wishes()
