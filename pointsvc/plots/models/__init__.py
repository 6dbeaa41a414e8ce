"""The tables of plots."""

from pointsvc.plots.models.calendar import CarePlan, Duty, Holiday
from pointsvc.plots.models.caring import Assignment, Plot
from pointsvc.plots.models.defects import Defect, DefectEcho, DefectStep
from pointsvc.plots.models.gaps import CareGap
from pointsvc.plots.models.inspections import (
    Inspection,
    InspectionForm,
    InspectionItem,
    InspectionMark,
    PlotBonus,
    PlotResult,
)
from pointsvc.plots.models.reports import CareReport, ReportedCare

__all__ = [
    "Assignment",
    "CareGap",
    "CarePlan",
    "CareReport",
    "Defect",
    "DefectEcho",
    "DefectStep",
    "Duty",
    "Holiday",
    "Inspection",
    "InspectionForm",
    "InspectionItem",
    "InspectionMark",
    "Plot",
    "PlotBonus",
    "PlotResult",
    "ReportedCare",
]
