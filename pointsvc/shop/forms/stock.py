"""What the pages of stock send: transfers, mark-downs, limits, counts, wanted goods."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.kernel.fields import Shape, Text, Whole
from pointsvc.shop.rules import POINTS_MAX


class TransferForm(Shape):
    """Units of a batch to another shop, once for the page's key."""

    key = Text(required=True, low=1, high=64)
    to_shop_id = fields.UUID(required=True)
    quantity = Whole(required=True, low=1, high=POINTS_MAX)
    reason = Text(high=200, load_default=None)


class MarkdownForm(Shape):
    """A lower price, and why."""

    price_points = Whole(required=True, low=1, high=POINTS_MAX)
    reason = Text(required=True, low=1, high=200)


class NewLimitForm(Shape):
    """A limit: what it is on is `all`, `category:…` or `product:…`."""

    shop_id = fields.UUID(required=True)
    on = Text(required=True, low=1, high=60)
    holder = fields.String(required=True, validate=validate.OneOf(["member", "household"]))
    window_kind = fields.String(
        required=True, validate=validate.OneOf(["day", "month", "exchange"])
    )
    measure = fields.String(required=True, validate=validate.OneOf(["units", "points"]))
    most = Whole(required=True, low=1, high=POINTS_MAX)


class LimitForm(Shape):
    """Another number for a limit."""

    most = Whole(required=True, low=1, high=POINTS_MAX)


class EntryForm(Shape):
    """What one person counted of a product."""

    product_id = fields.UUID(required=True)
    counted = Whole(required=True, high=POINTS_MAX)


class SettleForm(Shape):
    """The supervisor's word on a count."""

    deed = fields.String(required=True, validate=validate.OneOf(["approve", "again"]))
    reason = Text(high=200, load_default=None)


class WantedForm(Shape):
    """A line of the list of wanted or refused goods."""

    shop_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["wanted", "refused"]))
    name = Text(required=True, low=1, high=40)
    words = Text(high=120, load_default="")
