"""Shapes of the forms about plots."""

from __future__ import annotations

from marshmallow import fields

from pointsvc.kernel.fields import Shape, Text, Whole


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
