"""The tables of plots."""

from pointsvc.plots.models.calendar import CarePlan, Duty, Holiday
from pointsvc.plots.models.caring import Assignment, Plot
from pointsvc.plots.models.handing import Handover, HandoverLine
from pointsvc.plots.models.lending import Adoption, PlotSettings
from pointsvc.plots.models.roster import CareWish, RosterEntry
from pointsvc.plots.models.substituting import Substitution

__all__ = [
    "Adoption",
    "Assignment",
    "CarePlan",
    "CareWish",
    "Duty",
    "Handover",
    "HandoverLine",
    "Holiday",
    "Plot",
    "PlotSettings",
    "RosterEntry",
    "Substitution",
]
