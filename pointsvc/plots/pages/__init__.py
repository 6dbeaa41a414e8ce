"""Pages about plots: the leader's own, the office's list, calendars, who cares, rosters, substitution."""

from pointsvc.plots.pages import (
    answering,
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
    roster,
    substituting,
    week,
)
from pointsvc.plots.pages.desk import blueprint

__all__ = [
    "answering",
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
    "roster",
    "substituting",
    "week",
]
