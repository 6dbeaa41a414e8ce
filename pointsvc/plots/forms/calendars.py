"""Shapes of the forms about calendars of many plots."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.kernel.fields import Shape, Text
from pointsvc.plots.rules.horizons import HORIZONS


class RunForm(Shape):
    """Which plots, until when; the id was made when the page was shown."""

    run_id = fields.UUID(required=True)
    horizon = fields.String(required=True, validate=validate.OneOf(HORIZONS))
    numbers = Text(load_default=None, high=200)
