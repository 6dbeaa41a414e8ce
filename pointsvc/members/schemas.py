"""Shapes of the forms about people."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.kernel.fields import Day, Shape, Text
from pointsvc.members.rules import DOOR_LENGTH_MAX, NAME_LENGTH_MAX

SEXES = ("女", "男")
NOTE_LENGTH_MAX = 200


class PersonForm(Shape):
    """What is known of a person without their phone and door."""

    name = Text(required=True, low=1, high=NAME_LENGTH_MAX)
    sex = fields.String(load_default=None, validate=validate.OneOf(SEXES))
    born_on = Day(load_default=None)
    is_party_member = fields.Boolean(load_default=False)
    note = Text(load_default=None, high=NOTE_LENGTH_MAX)


class DoorForm(Shape):
    """Where somebody lives."""

    building = Text(load_default="", high=DOOR_LENGTH_MAX)
    unit = Text(load_default="", high=DOOR_LENGTH_MAX)
    room = Text(load_default="", high=DOOR_LENGTH_MAX)


class NewPersonForm(PersonForm, DoorForm):
    """Somebody at the door, with what they agreed to."""

    phone = Text(load_default=None, high=40)
    service = fields.Boolean(load_default=False)
    messages = fields.Boolean(load_default=False)
    publish_name = fields.Boolean(load_default=False)
    guardian_name = Text(load_default=None, high=NAME_LENGTH_MAX)


class PhoneForm(Shape):
    """Another phone; empty for none."""

    phone = Text(load_default=None, high=40)


class ConsentForm(Shape):
    """What was said to one purpose."""

    purpose = fields.String(required=True)
    given = fields.Boolean(required=True)
    guardian_name = Text(load_default=None, high=NAME_LENGTH_MAX)
