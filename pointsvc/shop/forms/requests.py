"""What is asked of a supervisor, and their answer."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from pointsvc.kernel.fields import Shape, Text
from pointsvc.kernel.i18n import gettext as _


class ReturnForm(Shape):
    """Goods that are to come back; the lines come beside it. `key` becomes the request's id."""

    key = fields.UUID(required=True)
    reason = Text(required=True, low=1, high=200)


class AnswerForm(Shape):
    """Yes, or no with a reason."""

    approve = fields.Boolean(required=True, truthy={"yes"}, falsy={"no"})
    answer = Text(high=200, load_default="")

    @validates_schema
    def check_reason(self, values: dict[str, Any], **_more: Any) -> None:
        """A no says why."""
        if not values.get("approve") and not values["answer"]:
            raise ValidationError(_("请写上为什么不同意。"), "answer")
