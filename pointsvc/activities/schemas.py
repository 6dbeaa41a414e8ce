"""Shapes of shifts."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.activities.rules import CAPACITY_MAX, LENGTH_MAX
from pointsvc.activities.rules.gates import RISKS
from pointsvc.kernel.fields import Day, Moment, Shape, Text, Whole

MINUTES_MAX = LENGTH_MAX.days * 24 * 60


class NewShift(Shape):
    """A shift to open; `id` may be made by the caller, so that a retry opens one."""

    id = fields.UUID()
    activity_kind = Text(required=True, low=1, high=32)
    place_id = fields.UUID(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    capacity = Whole(low=1, high=CAPACITY_MAX, allow_none=True)


class ShiftsOn(Shape):
    """Which day."""

    on = Day()


class PlaceNamed(Shape):
    """A place, as other documents name it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class ShiftShown(Shape):
    """A shift, and what the caller may do with it."""

    id = fields.UUID(required=True)
    activity_kind = fields.String(required=True)
    activity_name = fields.String(required=True)
    place = fields.Nested(PlaceNamed, required=True)
    starts_at = fields.String(required=True, metadata={"format": "date-time"})
    ends_at = fields.String(required=True, metadata={"format": "date-time"})
    capacity = fields.Integer(required=True, allow_none=True)
    signed_up_count = fields.Integer(required=True)
    may = fields.List(fields.String(), required=True)


class ShiftsShown(Shape):
    """Shifts of a day, earliest first."""

    shifts = fields.List(fields.Nested(ShiftShown), required=True)


class ShiftForm(Shape):
    """A shift to open, as a page asks: on the community's own clocks; no length is the usual one."""

    shift_id = fields.UUID(required=True)
    activity_kind = Text(required=True, low=1, high=32)
    place_id = fields.UUID(required=True)
    on = Day(required=True)
    at = fields.Time(required=True)
    minutes = Whole(load_default=None, low=15, high=MINUTES_MAX)
    capacity = Whole(load_default=None, low=1, high=CAPACITY_MAX)
    risk = fields.String(load_default=None, validate=validate.OneOf(RISKS))
    anyway = fields.Boolean(load_default=False)


class ShiftsAsked(Shape):
    """Which shifts a page lists."""

    on = Day(load_default=None)
    place_id = fields.UUID(load_default=None)
    kind = Text(load_default=None, high=32)
    view = fields.String(load_default="day", validate=validate.OneOf(["day", "week"]))
