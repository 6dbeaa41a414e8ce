"""Pure decisions about plots: who is missing, who stands in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

TENDERS_WANTED: Final = 3
CARE_KIND: Final = "PLOT_CARE"
CARE_LENGTH: Final = timedelta(hours=2)


def missing_count(come: int, *, wanted: int = TENDERS_WANTED) -> int:
    """How many people short of what is wanted."""
    return max(0, wanted - come)


def is_stand_in(member_id: UUID, *, accepted: Collection[UUID]) -> bool:
    """Whether somebody of the group stands in: others took the plot on, this person did not."""
    return bool(accepted) and member_id not in accepted
