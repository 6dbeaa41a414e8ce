"""The tables of plots."""

from pointsvc.plots.models.calendar import CarePlan, Duty, Holiday
from pointsvc.plots.models.caring import Assignment, Plot
from pointsvc.plots.models.handing import Handover, HandoverLine
from pointsvc.plots.models.lending import Adoption, PlotSettings

__all__ = [
    "Adoption",
    "Assignment",
    "CarePlan",
    "Duty",
    "Handover",
    "HandoverLine",
    "Holiday",
    "Plot",
    "PlotSettings",
]
