"""Shapes of the forms about tariffs."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.communities.settings import BOUNDS
from pointsvc.kernel.fields import Day, Shape, Text, Whole

SCALE_LOW, SCALE_HIGH = BOUNDS["rate_scale"]
DECISION_LENGTH = 200


class TariffForm(Shape):
    """A new version of a tariff, and the decision that it rests on."""

    tariff_id = fields.UUID(required=True)
    basis = fields.String(required=True, validate=validate.OneOf(["hour", "check_in", "quantity"]))
    rate_points = Whole(required=True, low=-1000, high=100_000)
    step_minutes = Whole(load_default=30, low=1, high=60)
    minimum_percent = Whole(load_default=0, low=0, high=100)
    cap_day_points = Whole(load_default=None)
    cap_month_points = Whole(load_default=None)
    cap_holder = fields.String(required=True, validate=validate.OneOf(["member", "household"]))
    counts_as_service = fields.Boolean(load_default=False)
    expiry = fields.String(
        required=True, validate=validate.OneOf(["end_of_next_year", "months", "never"])
    )
    expiry_months = Whole(load_default=None, low=1, high=120)
    valid_from_on = Day(required=True)
    decision = Text(required=True, low=1, high=DECISION_LENGTH)
    decided_on = Day(required=True)
    look = fields.Boolean(load_default=False)


class TariffLookForm(TariffForm):
    """The same, to look at what it would pay: the decision may still be to come."""

    decision = Text(load_default="", high=DECISION_LENGTH)


class ScaleForm(Shape):
    """Another scale, from a day on, by a decision; first looked at, then confirmed."""

    change_id = fields.UUID(required=True)
    scale = Whole(required=True, low=SCALE_LOW, high=SCALE_HIGH)
    valid_from_on = Day(required=True)
    decision = Text(required=True, low=1, high=DECISION_LENGTH)
    decided_on = Day(required=True)
    confirmed = fields.Boolean(load_default=False)
