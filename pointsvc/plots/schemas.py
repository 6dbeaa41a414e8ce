"""Shapes of the forms about plots."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from pointsvc.activities.rules.gates import RISKS
from pointsvc.kernel.fields import Day, Shape, Text, Whole
from pointsvc.kernel.i18n import gettext as _
from pointsvc.plots.rules.cares import CARES


class PlotForm(Shape):
    """What the office knows of a plot."""

    name = Text(required=True, low=1, high=80)
    area_m2 = Whole(load_default=None, low=1)
    planting = Text(load_default=None, high=200)
    care = Text(load_default=None, high=200)


class StartForm(Shape):
    """One tap; the id was made when the page was shown."""

    shift_id = fields.UUID(required=True)


class SubstituteForm(Shape):
    """Who said yes."""

    member_id = fields.UUID(required=True)
    agreed = fields.Boolean(required=True)


class DayOfYear(fields.String):
    """`04-15`, as month × 100 + day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        month, _dash, of_month = text.strip().partition("-")
        try:
            day = date(2024, int(month), int(of_month))
        except ValueError:
            raise ValidationError(_("没有这一天。请写成月-日，例如 04-15。")) from None
        return day.month * 100 + day.day


class PlanForm(Shape):
    """One line of a care calendar; `plan_id` was made when the page was shown."""

    plan_id = fields.UUID(required=True)
    care = fields.String(required=True, validate=validate.OneOf(CARES))
    every = fields.String(required=True, validate=validate.Regexp(r"(W[1-4]|M[1-4]|keep)\Z"))
    weekday = fields.String(
        required=True, validate=validate.OneOf(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
    )
    season_from = DayOfYear(required=True)
    season_to = DayOfYear(required=True)
    from_on = Day(required=True)
    at = fields.Time(required=True, format="%H:%M")
    minutes = Whole(required=True, low=15, high=480)
    people_count = Whole(required=True, low=1, high=50)
    interval_days = Whole(load_default=None, low=1, high=366)
    tools = Text(load_default=None, high=200)
    risk = fields.String(required=True, validate=validate.OneOf(RISKS))
    follows_holidays = fields.Boolean(load_default=False)


class EndForm(Shape):
    """From which day on."""

    from_on = Day(required=True)


class GenerateForm(Shape):
    """Until which day, counted."""

    until = Day(required=True)


class HoldForm(Shape):
    """Why it waits."""

    why = Text(load_default=None, high=200)


class MoveForm(Shape):
    """When instead."""

    on = Day(required=True)
    at = fields.Time(required=True, format="%H:%M")


class AskForm(Shape):
    """Whom to ask to care for a plot, and for how long; the id was made when the page was shown."""

    assignment_id = fields.UUID(required=True)
    member_id = fields.UUID(required=True)
    is_substitute = fields.Boolean(load_default=False)
    starts_on = Day(required=True)
    ends_on = Day(load_default=None)


class AnswerForm(Shape):
    """Yes, no, or yes but; `place_id` only says which page to go back to."""

    answer = fields.String(
        required=True, validate=validate.OneOf(("accepted", "declined", "other"))
    )
    wish = Text(load_default=None, high=200)
    wish_on = Day(load_default=None)
    is_named = fields.Boolean(load_default=False)
    place_id = fields.UUID(load_default=None)
