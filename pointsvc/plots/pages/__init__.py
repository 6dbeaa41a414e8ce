"""Pages about plots: the leader's own, the office's list, calendars, who cares, what was done there."""

from pointsvc.plots.pages import (
    calendar,
    caring,
    day,
    defects,
    gaps,
    inspection_form,
    inspections,
    mending,
    mine,
    pictures,
    plans,
    register,
    reports,
    visits,
)
from pointsvc.plots.pages.desk import blueprint

__all__ = [
    "blueprint",
    "calendar",
    "caring",
    "day",
    "defects",
    "gaps",
    "inspection_form",
    "inspections",
    "mending",
    "mine",
    "pictures",
    "plans",
    "register",
    "reports",
    "visits",
]
