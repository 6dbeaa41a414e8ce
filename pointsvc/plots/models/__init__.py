"""The tables of plots."""

from pointsvc.plots.models.calendar import CarePlan, Duty, Holiday
from pointsvc.plots.models.caring import Assignment, Plot
from pointsvc.plots.models.roster import CareWish, RosterEntry
from pointsvc.plots.models.substituting import Substitution

__all__ = [
    "Assignment",
    "CarePlan",
    "CareWish",
    "Duty",
    "Holiday",
    "Plot",
    "RosterEntry",
    "Substitution",
]
