"""Shapes of the forms about groups, roles, places, devices, settings; enrolling a device."""

from __future__ import annotations

from marshmallow import fields

from pointsvc.communities.settings import BOUNDS, RADIUS_METRES
from pointsvc.kernel.fields import Shape, Text, Whole


class GroupForm(Shape):
    """A new group."""

    number = Whole(required=True, low=1, high=9999)
    name = Text(required=True, low=1, high=60)


class GroupNameForm(Shape):
    """A group's other name."""

    name = Text(required=True, low=1, high=60)


class GrantForm(Shape):
    """A role for somebody, and where."""

    member_id = fields.UUID(required=True)
    role = fields.String(required=True)
    group_id = fields.UUID(load_default=None)
    place_id = fields.UUID(load_default=None)


class PlaceForm(Shape):
    """A new place."""

    kind = fields.String(required=True)
    number = Whole(load_default=None, low=1, high=9999)
    name = Text(required=True, low=1, high=80)
    location = Text(load_default=None, high=80)
    open_hours = Text(load_default=None, high=60)


class HoursForm(Shape):
    """When a place is open; empty for not said."""

    open_hours = Text(load_default="", high=60)


class PositionForm(Shape):
    """Where a place lies, typed or filled in by the browser, and how far it reaches."""

    point = Text(required=True, high=80)
    radius_metres = Whole(required=True, low=RADIUS_METRES[0], high=RADIUS_METRES[1])


class DeviceForm(Shape):
    """A new device."""

    kind = fields.String(required=True)
    name = Text(required=True, low=1, high=60)
    place_id = fields.UUID(required=True)


# The scale moves every tariff with it: it is changed where the tariffs are, by a decision.
SettingsForm = Shape.from_dict(
    {
        name: Whole(required=True, low=low, high=high)
        for name, (low, high) in BOUNDS.items()
        if name != "rate_scale"
    },
    name="SettingsForm",
)


class EnrolmentAsked(Shape):
    """The one-time code of a device."""

    code = Text(required=True, low=1, high=200)


class DevicePlaceShown(Shape):
    """Where the device stands."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class DeviceShown(Shape):
    """A device that took its code."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"enum": ["scanner", "kiosk", "till"]})
    name = fields.String(required=True)
    place = fields.Nested(DevicePlaceShown, required=True)


class EnrolmentShown(Shape):
    """The device's token, shown this once."""

    token = fields.String(required=True)
    expires_at = fields.String(required=True, metadata={"format": "date-time"})
    device = fields.Nested(DeviceShown, required=True)
