"""Shapes of products, orders, refunds and donations."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from pointsvc.kernel.fields import Day, Shape, Text, Whole
from pointsvc.shop.rules import POINTS_MAX, QUANTITY_MAX

LINES = validate.Length(1, 50)


class ProductsOf(Shape):
    """Of which shop; all shops where none is named."""

    shop_id = fields.UUID()


class ProductShown(Shape):
    """A product that can be exchanged; `limit` is units for a household and month."""

    id = fields.UUID(required=True)
    shop_id = fields.UUID(required=True)
    barcode = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    price_points = fields.Integer(required=True)
    on_hand = fields.Integer(required=True)
    limit = fields.Integer(required=True, allow_none=True)


class ProductsShown(Shape):
    """Products by name."""

    products = fields.List(fields.Nested(ProductShown), required=True)


class WantedLineShape(Shape):
    """So many units of a product."""

    product_id = fields.UUID(required=True)
    quantity = Whole(required=True, low=1, high=QUANTITY_MAX)


class NewOrder(Shape):
    """An exchange; the PIN is needed with a printed card above the community's limit."""

    shop_id = fields.UUID(allow_none=True)
    member_code = Text(required=True, low=1, high=512)
    lines = fields.List(fields.Nested(WantedLineShape), required=True, validate=LINES)
    pin = Text(low=1, high=16, allow_none=True)


class OrderLineShown(Shape):
    """A line as it was paid; `price_points` is for one unit."""

    id = fields.UUID(required=True)
    product_id = fields.UUID(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price_points = fields.Integer(required=True)


class OrderShown(Shape):
    """A paid order; `balance_points` is what the member could spend right after it."""

    id = fields.UUID(required=True)
    receipt_no = fields.Integer(required=True)
    total_points = fields.Integer(required=True)
    balance_points = fields.Integer(required=True)
    lines = fields.List(fields.Nested(OrderLineShown), required=True)


class ReturnedLineShape(Shape):
    """So many units of an order line come back."""

    order_line_id = fields.UUID(required=True)
    quantity = Whole(required=True, low=1, high=QUANTITY_MAX)


class NewRefund(Shape):
    """Goods given back; the approver shows a code, and types the PIN when it is a printed card."""

    lines = fields.List(fields.Nested(ReturnedLineShape), required=True, validate=LINES)
    reason = Text(required=True, low=1, high=200)
    approver_code = Text(required=True, low=1, high=512)
    approver_pin = Text(low=1, high=16, allow_none=True)
    approver_totp = Text(low=1, high=40, allow_none=True)


class RefundLineShown(Shape):
    """Units that came back, and the points for them."""

    order_line_id = fields.UUID(required=True)
    quantity = fields.Integer(required=True)
    points = fields.Integer(required=True)


class RefundShown(Shape):
    """A refund; `balance_points` is what the member could spend right after it."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    receipt_no = fields.Integer(required=True)
    total_points = fields.Integer(required=True)
    balance_points = fields.Integer(required=True)
    lines = fields.List(fields.Nested(RefundLineShown), required=True)


class DonatedLineShape(Shape):
    """Goods of one kind; `restriction` is the donor's word on whom they are for."""

    product_id = fields.UUID(required=True)
    quantity = Whole(required=True, low=1, high=POINTS_MAX)
    best_before = Day(allow_none=True)
    restriction = Text(high=200, allow_none=True)


class NewDonation(Shape):
    """A gift; no donor is an anonymous one. `is_named`: the board may show a person's name."""

    donor = Text(required=True, high=80, allow_none=True)
    donor_kind = fields.String(validate=validate.OneOf(["person", "organisation", "anonymous"]))
    is_named = fields.Boolean(truthy={True}, falsy={False})
    lines = fields.List(fields.Nested(DonatedLineShape), required=True, validate=LINES)


class DonationLineShown(Shape):
    """Goods as the register has them."""

    id = fields.UUID(required=True)
    product_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)


class DonationShown(Shape):
    """A gift in the register."""

    id = fields.UUID(required=True)
    receipt_no = fields.Integer(required=True)
    received_on = fields.Date(required=True)
    lines = fields.List(fields.Nested(DonationLineShown), required=True)


class ExchangeForm(Shape):
    """The end of a visit at the counter; the goods come beside it (`pages.carts`).

    `again`: the same goods a second time, on purpose; `proxy_id`: by which naming somebody collects.
    """

    shop_id = fields.UUID(required=True)
    again = fields.Boolean(truthy={"1"}, falsy={""}, load_default=False)
    ticket = Text(required=True, low=1, high=600)
    pin = Text(high=16, load_default=None)
    proxy_id = fields.UUID(load_default=None)


class DonationForm(Shape):
    """A gift as the page sends it; the lines come beside it."""

    key = Text(required=True, low=1, high=64)
    donor = Text(high=80, load_default="")
    donor_kind = fields.String(
        required=True, validate=validate.OneOf(["person", "organisation", "anonymous"])
    )
    is_named = fields.Boolean(truthy={"yes"}, falsy={""}, load_default=False)


class DonationLineForm(Shape):
    """One line of a gift as it was typed."""

    product_id = fields.UUID(required=True)
    quantity = Whole(required=True, low=1, high=POINTS_MAX)
    best_before = Day(load_default=None)
    use_by = Day(load_default=None)
    restriction = Text(high=200, load_default="")


class ProductForm(Shape):
    """A product as the page sends it."""

    shop_id = fields.UUID(required=True)
    barcode = Text(high=64)
    name = Text(required=True, low=1, high=80)
    pack = Text(high=40, load_default="")
    price_points = Whole(required=True, low=1, high=POINTS_MAX)
    limit_household_month = Whole(low=1, high=POINTS_MAX, load_default=None)
    category = Text(high=20, load_default=None)
    reorder_level = Whole(low=1, high=POINTS_MAX, load_default=None)


class IntakeForm(Shape):
    """Goods that were bought."""

    key = Text(required=True, low=1, high=64)
    quantity = Whole(required=True, low=1, high=POINTS_MAX)
    best_before_on = Day(load_default=None)
    use_by_on = Day(load_default=None)
    supplier = Text(high=120, load_default=None)


class WasteForm(Shape):
    """Units that are written off."""

    key = fields.UUID(required=True)
    quantity = Whole(required=True, low=1, high=POINTS_MAX)
    reason = Text(required=True, low=1, high=200)


class CountForm(Shape):
    """What was counted of a batch; the reason where it differs; `said` is what the page showed, sealed."""

    key = fields.UUID(required=True)
    said = Text(required=True, low=1, high=400)
    counted = Whole(required=True, high=POINTS_MAX)
    reason = Text(high=200, load_default=None)


def plain(shape: type[Shape], value: Any) -> dict[str, Any]:
    """The value as the shape shows it (for replies that views build themselves)."""
    shown: dict[str, Any] = shape().dump(value)
    return shown
