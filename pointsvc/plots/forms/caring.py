"""Shapes of what is said about caring for a plot after the first question."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from pointsvc.kernel.fields import Day, Shape
from pointsvc.kernel.i18n import gettext as _
from pointsvc.plots.rules.handovers import LINES_MAX


class AnewForm(Shape):
    """From which day instead."""

    starts_on = Day(required=True)


class GoOnForm(Shape):
    """Until which day."""

    ends_on = Day(required=True)


class RenewalForm(Shape):
    """Go on or not; `place_id` only says which page to go back to."""

    answer = fields.String(required=True, validate=validate.OneOf(("accepted", "declined")))
    place_id = fields.UUID(load_default=None)


class TakerForm(Shape):
    """Who takes over."""

    member_id = fields.UUID(required=True)


class Positions(fields.String):
    """Numbers of lines with commas between them, as a set."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        numbers = [part for part in text.split(",") if part]
        is_list = 0 < len(numbers) <= LINES_MAX and all(part.isdecimal() for part in numbers)
        if not is_list:
            raise ValidationError(_("请勾上至少一样。"))
        return {int(number[:3]) for number in numbers}


class TickForm(Shape):
    """Which lines, and for which side."""

    side = fields.String(required=True, validate=validate.OneOf(("given", "taken")))
    positions = Positions(required=True)
