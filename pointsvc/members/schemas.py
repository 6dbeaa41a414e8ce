"""Shapes of the forms about people."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.kernel.fields import Day, Shape, Text
from pointsvc.members.rules import DOOR_LENGTH_MAX, NAME_LENGTH_MAX, TRAINING_TOPICS

SEXES = ("女", "男")
NOTE_LENGTH_MAX = 200
COVER_LENGTH_MAX = 60


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


class TrainingForm(Shape):
    """A training; the id was made when the page was shown."""

    training_id = fields.UUID(required=True)
    topic = fields.String(required=True, validate=validate.OneOf(TRAINING_TOPICS))
    given_by = Text(required=True, low=1, high=COVER_LENGTH_MAX)
    trained_on = Day(required=True)
    ends_on = Day(load_default=None)
    certificate_no = Text(load_default=None, high=COVER_LENGTH_MAX)


class PolicyForm(Shape):
    """An insurance policy, for one person or many; the id was made when the page was shown."""

    policy_id = fields.UUID(required=True)
    insurer = Text(required=True, low=1, high=COVER_LENGTH_MAX)
    policy_no = Text(required=True, low=1, high=COVER_LENGTH_MAX)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
