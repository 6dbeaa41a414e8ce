"""Exchange days as the pages send them."""

from __future__ import annotations

from marshmallow import fields

from pointsvc.kernel.fields import Day, Shape, Text, Whole


class DayForm(Shape):
    """A day that is planned: when wishes close, the slots in a row, the make-up slot; goods beside it."""

    shop_id = fields.UUID(required=True)
    key = fields.UUID(required=True)
    title = Text(required=True, low=1, high=60)
    wishes_until_on = Day(required=True)
    day_on = Day(required=True)
    begins = fields.Time(format="%H:%M", required=True)
    slots = Whole(required=True, low=1, high=20)
    minutes = Whole(required=True, low=10, high=240)
    seats = Whole(required=True, low=1, high=500)
    spot = Text(high=60, load_default="")
    makeup_on = Day(load_default=None)


class DrawForm(Shape):
    """The words that somebody says aloud at the draw."""

    spoken = Text(high=60, load_default=None)


class WishForm(Shape):
    """What somebody wishes for, and when they would come."""

    product_id = fields.UUID(required=True)
    slot_id = fields.UUID(required=True)


class WishForForm(WishForm):
    """The same, for who stands at the desk."""

    code = Text(required=True, low=1, high=600)
