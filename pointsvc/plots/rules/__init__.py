"""Pure decisions about plots: who is missing, who stands in, how a plot stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

TENDERS_WANTED: Final = 3
SUBSTITUTES_WANTED: Final = 1
CARE_KIND: Final = "PLOT_CARE"
CARE_LENGTH: Final = timedelta(hours=2)
ESCALATED_AFTER: Final = timedelta(days=3)
State = Literal["resting", "held", "overdue", "due", "cared"]
Part = Literal["tender", "substitute", "member"]


def missing_count(come: int, *, wanted: int = TENDERS_WANTED) -> int:
    """How many people short of what is wanted."""
    return max(0, wanted - come)


def part_in(member_id: UUID, *, accepted: Mapping[UUID, bool]) -> Part:
    """What somebody of the group is to the plot: cares for it, is its substitute, or is of the group.

    Where nobody took the plot on, the whole group cares for it. A substitute is who said yes to be one.

    Args:
        member_id: somebody of the group.
        accepted: who said yes, and whether as a substitute.
    """
    if member_id in accepted:
        return "substitute" if accepted[member_id] else "tender"
    return "member" if False in accepted.values() else "tender"


def care_state(
    *,
    last_on: date | None,
    today: date,
    interval_days: int | None,
    counts_since: date | None,
    is_held: bool,
) -> State:
    """How a plot stands: nobody was there for longer than its care may wait, soon will be, or not.

    Args:
        last_on: the last day on which somebody was counted there.
        today: the day in the community's zone.
        interval_days: how long its care may wait; None where nothing is in season.
        counts_since: the day before which nobody had to come (the season's or the plan's first).
        is_held: whether a duty waits for the weather.
    """
    if interval_days is None or counts_since is None:
        return "resting"
    waited = (today - max(last_on or counts_since, counts_since)).days
    if waited > interval_days:
        return "held" if is_held else "overdue"
    return "due" if waited * 4 >= interval_days * 3 else "cared"
