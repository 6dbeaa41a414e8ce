"""The tables of plots."""

from pointsvc.plots.models.calendar import CarePlan, Duty, Holiday
from pointsvc.plots.models.caring import Assignment, Plot

__all__ = ["Assignment", "CarePlan", "Duty", "Holiday", "Plot"]
