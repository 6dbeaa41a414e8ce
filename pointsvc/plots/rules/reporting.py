"""Care reports: until when one may be written and amended, who may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

WRITTEN_WITHIN: Final = timedelta(days=7)
AMENDED_WITHIN: Final = timedelta(days=1)
PICTURES_MAX: Final = 2
PARTS: Final = ("before", "after")


def may_write(*, began_on: date, ended_on: date, today: date) -> bool:
    """Whether a first report still makes sense: the shift has begun, and people remember it."""
    return began_on <= today <= ended_on + WRITTEN_WITHIN


def may_amend(*, reported_on: date, today: date) -> bool:
    """Whether a report may still be changed: until the end of the day after it was written."""
    return today <= reported_on + AMENDED_WITHIN
