"""Shapes of a disclosed month."""

from __future__ import annotations

import re

from marshmallow import ValidationError, fields

from pointsvc.disclosure.rules import MONTH_PATTERN
from pointsvc.kernel.fields import Shape
from pointsvc.kernel.i18n import gettext as _


def _check_month(name: str) -> None:
    if not re.fullmatch(MONTH_PATTERN, name):
        raise ValidationError(_("月份写成 2026-11 这样。"))


class MonthAsked(Shape):
    """Which month."""

    month = fields.String(
        validate=_check_month,
        metadata={
            "description": "YYYY-MM; default the current month in the community's zone",
            "pattern": MONTH_PATTERN,
        },
    )


class PointsShown(Shape):
    """A month's points.

    closing = opening + imported + issued + refunded + regranted − taken_back − exchanged
    − expired − donated_back.
    """

    opening = fields.Integer(required=True)
    imported = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    taken_back = fields.Integer(required=True)
    exchanged = fields.Integer(required=True)
    refunded = fields.Integer(required=True)
    expired = fields.Integer(required=True)
    regranted = fields.Integer(required=True)
    donated_back = fields.Integer(required=True)
    closing = fields.Integer(required=True)


class GivenShown(Shape):
    """Goods of one kind in a gift."""

    name = fields.String(required=True)
    pack = fields.String(required=True)
    quantity = fields.Integer(required=True)
    value_fen = fields.Integer(required=True, allow_none=True)


class GiftShown(Shape):
    """A gift; persons' names masked unless they agreed, an unnamed donor is 匿名."""

    receipt_no = fields.Integer(required=True)
    received_on = fields.Date(required=True)
    donor = fields.String(required=True)
    lines = fields.List(fields.Nested(GivenShown), required=True)


class StockShown(Shape):
    """A product's units: on_hand = opening + received − exchanged + returned + corrected."""

    name = fields.String(required=True)
    pack = fields.String(required=True)
    price_points = fields.Integer(required=True)
    opening = fields.Integer(required=True)
    received = fields.Integer(required=True)
    exchanged = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    corrected = fields.Integer(required=True)
    on_hand = fields.Integer(required=True)


class DisclosureShown(Shape):
    """A month of a community in the open."""

    month = fields.String(required=True)
    points = fields.Nested(PointsShown, required=True)
    donations = fields.List(fields.Nested(GiftShown), required=True)
    stock = fields.List(fields.Nested(StockShown), required=True)
    root = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "The root of the month's last sealed day, as hex: a Merkle root over"
            " the heads of all passbooks, chained to the root of the day before. Null before the"
            " first night. Kept by a neighbour, it shows whether the books were rewritten since.",
            "pattern": "^[0-9a-f]{64}$",
        },
    )
