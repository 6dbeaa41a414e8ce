"""Reserving, and fetching, as the pages send it."""

from __future__ import annotations

from marshmallow import fields

from pointsvc.kernel.fields import Day, Shape, Text, Whole
from pointsvc.shop.rules import QUANTITY_MAX


class ReserveForm(Shape):
    """One product kept for who asks, from the phone."""

    key = Text(required=True, low=1, high=64)
    quantity = Whole(required=True, low=1, high=QUANTITY_MAX)
    due_on = Day(required=True)


class ReserveForForm(Shape):
    """Goods kept for who stands at the desk; the lines come beside it."""

    shop_id = fields.UUID(required=True)
    key = Text(required=True, low=1, high=64)
    code = Text(required=True, low=1, high=600)
    pin = Text(high=16, load_default=None)
    due_on = Day(required=True)


class CancelForm(Shape):
    """Kept goods are given free; who does it for somebody else says why."""

    key = Text(required=True, low=1, high=64)
    reason = Text(high=200, load_default=None)


class FetchForm(Shape):
    """Handing over: by the pick-up code, or by the member's own (`ticket`); lines come beside it."""

    shop_id = fields.UUID(required=True)
    key = Text(required=True, low=1, high=64)
    code = Text(high=40, load_default=None)
    ticket = Text(high=600, load_default=None)
    reservation_id = fields.UUID(required=True)
    pin = Text(high=16, load_default=None)
