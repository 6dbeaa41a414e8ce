"""What is written down where a second person is asked."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate, validates_schema

from pointsvc.kernel.fields import Shape, Text
from pointsvc.kernel.i18n import gettext as _


class ReasonForm(Shape):
    """Why, and that the person was asked and their papers were looked at."""

    reason = Text(required=True, low=1, high=200)
    is_checked = fields.String()

    @validates_schema
    def check_person(self, values: dict[str, object], **_more: object) -> None:
        """Nobody asks about somebody whom they did not speak with."""
        if "is_checked" not in values:
            raise ValidationError(_("请先问过本人，核对证件，再打勾。"), "is_checked")


class ErasureForm(ReasonForm):
    """The same, and what becomes of the points."""

    closing = fields.String(required=True, validate=validate.OneOf(["lapse", "donate"]))
