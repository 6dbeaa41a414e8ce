"""Pages about plots: the leader's own, the office's list, calendars, who cares."""

from pointsvc.plots.pages import (
    calendar,
    caring,
    corners,
    handing,
    mine,
    month,
    outlines,
    overview,
    plans,
    register,
    renewing,
)
from pointsvc.plots.pages.desk import blueprint

__all__ = [
    "blueprint",
    "calendar",
    "caring",
    "corners",
    "handing",
    "mine",
    "month",
    "outlines",
    "overview",
    "plans",
    "register",
    "renewing",
]
