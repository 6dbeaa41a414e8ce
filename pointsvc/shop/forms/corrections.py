"""An invoice as it should read, as the page sends it."""

from __future__ import annotations

from marshmallow import fields

from pointsvc.kernel.fields import Day, Shape, Text, Whole
from pointsvc.shop.forms.gifts import Yuan
from pointsvc.shop.forms.money import OfSupplier
from pointsvc.shop.rules import POINTS_MAX


class CorrectInvoiceForm(OfSupplier):
    """The head; the lines come beside it. `key` becomes the request's id."""

    key = fields.UUID(required=True)
    bought_on = Day(required=True)
    invoice_no = Text(high=60, load_default=None)
    sponsorship_id = fields.UUID(load_default=None)
    reason = Text(required=True, low=1, high=200)


class RightLineForm(Shape):
    """One line as it should read; no units: it was never there."""

    line_id = fields.UUID(required=True)
    quantity = Whole(required=True, low=0, high=POINTS_MAX)
    price = Yuan(required=True)


class PictureReasonForm(Shape):
    """Why a photograph of an invoice is taken down."""

    reason = Text(required=True, low=1, high=200)


class AgainForm(PictureReasonForm):
    """A photograph beside the first, once for the page's key."""

    key = Text(required=True, low=1, high=64)
