"""The tables of plots."""

from pointsvc.plots.models.calendar import CarePlan, Duty, Holiday
from pointsvc.plots.models.caring import Assignment, Plot
from pointsvc.plots.models.defects import Defect, DefectEcho, DefectStep
from pointsvc.plots.models.gaps import CareGap
from pointsvc.plots.models.handing import Handover, HandoverLine
from pointsvc.plots.models.inspections import (
    Inspection,
    InspectionForm,
    InspectionItem,
    InspectionMark,
    PlotBonus,
    PlotResult,
)
from pointsvc.plots.models.lending import Adoption, PlotSettings
from pointsvc.plots.models.reports import CareReport, ReportedCare
from pointsvc.plots.models.roster import CareWish, RosterEntry
from pointsvc.plots.models.runs import CalendarRun, CalendarRunPart
from pointsvc.plots.models.substituting import Substitution

__all__ = [
    "Adoption",
    "Assignment",
    "CalendarRun",
    "CalendarRunPart",
    "CareGap",
    "CarePlan",
    "CareReport",
    "CareWish",
    "Defect",
    "DefectEcho",
    "DefectStep",
    "Duty",
    "Handover",
    "HandoverLine",
    "Holiday",
    "Inspection",
    "InspectionForm",
    "InspectionItem",
    "InspectionMark",
    "Plot",
    "PlotBonus",
    "PlotResult",
    "PlotSettings",
    "ReportedCare",
    "RosterEntry",
    "Substitution",
]
