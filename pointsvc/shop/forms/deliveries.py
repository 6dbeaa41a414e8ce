"""To the door, and what became of it."""

from __future__ import annotations

from typing import Final

from marshmallow import fields, validate

from pointsvc.kernel.fields import Shape, Text

RECEIVERS: Final = ("self", "family", "neighbour")


class SendForm(Shape):
    """An exchange that is carried home; a word for who carries it."""

    note = Text(high=100, load_default=None)


class SignedForm(Shape):
    """Who signed at the door."""

    received_by = fields.String(required=True, validate=validate.OneOf(RECEIVERS))


class BroughtBackForm(Shape):
    """Why it came back."""

    reason = Text(required=True, low=1, high=200)
