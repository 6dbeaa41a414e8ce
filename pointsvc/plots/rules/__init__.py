"""Pure decisions about plots: who is missing, who stands in, how a plot stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

TENDERS_WANTED: Final = 3
CARE_KIND: Final = "PLOT_CARE"
CARE_LENGTH: Final = timedelta(hours=2)
ESCALATED_AFTER: Final = timedelta(days=3)
State = Literal["resting", "held", "overdue", "due", "cared"]


def missing_count(come: int, *, wanted: int = TENDERS_WANTED) -> int:
    """How many people short of what is wanted."""
    return max(0, wanted - come)


def is_stand_in(member_id: UUID, *, accepted: Collection[UUID]) -> bool:
    """Whether somebody of the group stands in: others took the plot on, this person did not."""
    return bool(accepted) and member_id not in accepted


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
