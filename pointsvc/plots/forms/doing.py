"""Shapes of the forms about what was done, what is broken, inspections and gaps."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.kernel.fields import Day, Shape, Text, Whole
from pointsvc.plots.rules.cares import CARES
from pointsvc.plots.rules.mending import DEFECT_KINDS, DEFECT_STATES


class ReportForm(Shape):
    """What was done in a shift; `seen_version` is the one that the page showed."""

    cares = fields.List(fields.String(validate=validate.OneOf(CARES)), load_default=list)
    tools = Text(load_default=None, high=200)
    note = Text(load_default=None, high=500)
    seen_version = Whole(required=True, low=0)


class DefectForm(Shape):
    """Something broken; the id was made when the page was shown."""

    defect_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(DEFECT_KINDS))
    spot = Text(load_default=None, high=80)
    text = Text(required=True, low=1, high=500)


class StepForm(Shape):
    """What becomes of it; the id was made when the page was shown."""

    step_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(DEFECT_STATES))
    word = Text(load_default=None, high=200)
    passed_to = Text(load_default=None, high=80)


class UnmendedForm(Shape):
    """That it is not mended, and what one sees."""

    step_id = fields.UUID(required=True)
    word = Text(load_default=None, high=200)


class MonthForm(Shape):
    """Which month, by its first day."""

    month = Day(required=True)


class InspectorForm(Shape):
    """Whom to ask for a plot's next visit of a month."""

    month = Day(required=True)
    inspector_id = fields.UUID(required=True)


class MarkForm(Shape):
    """What one item was given, and why not all of it."""

    points = Whole(required=True, low=0, high=100)
    word = Text(load_default=None, high=200)


class NoteForm(Shape):
    """A word about the whole."""

    note = Text(load_default=None, high=500)


class ObjectionForm(Shape):
    """Which item, and why."""

    objection = Text(load_default="", high=200)


class ReasonForm(Shape):
    """Why a result is taken back."""

    reason = Text(load_default="", high=200)


class FormVersionForm(Shape):
    """A version of the inspection form; the id was made when the page was shown."""

    form_id = fields.UUID(required=True)
    valid_from_on = Day(required=True)
    decision = Text(required=True, low=1, high=200)


class ItemForm(Shape):
    """A line of it."""

    section = Text(required=True, low=1, high=20)
    name = Text(required=True, low=1, high=60)
    points = Whole(required=True, low=1, high=100)


class SeenForm(Shape):
    """A word of the clerk's about a gap."""

    word = Text(load_default=None, high=200)
