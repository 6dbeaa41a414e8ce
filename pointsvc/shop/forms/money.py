"""Invoices and sponsors' money as the pages send them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from pointsvc.kernel.fields import Day, Shape, Text, Whole
from pointsvc.kernel.i18n import gettext as _
from pointsvc.shop.forms.gifts import Yuan
from pointsvc.shop.rules import POINTS_MAX


class OfSupplier(Shape):
    """Whose invoice it is: a supplier from the list, or a new one with address and contact."""

    supplier_id = fields.UUID(load_default=None)
    supplier_name = Text(high=80, load_default=None)
    supplier_address = Text(high=120, load_default=None)
    supplier_contact = Text(high=80, load_default=None)

    @validates_schema
    def check_supplier(self, values: dict[str, Any], **_more: Any) -> None:
        """A new supplier has a name, an address and somebody to ask (食品安全法 art. 53)."""
        if values.get("supplier_id") is not None:
            return
        wanted = {
            "supplier_name": _("请选供应商，或填新供应商的名称。"),
            "supplier_address": _("请填新供应商的地址。"),
            "supplier_contact": _("请填新供应商的联系人和电话。"),
        }
        lacking = {name: [words] for name, words in wanted.items() if not values.get(name)}
        if lacking:
            raise ValidationError(lacking)


class PurchaseForm(OfSupplier):
    """The head of an invoice."""

    key = Text(required=True, low=1, high=64)
    shop_id = fields.UUID(required=True)
    invoice_no = Text(high=60, load_default=None)
    bought_on = Day(required=True)
    sponsorship_id = fields.UUID(load_default=None)


class BoughtLineForm(Shape):
    """One line of an invoice as it was typed."""

    product_id = fields.UUID(required=True)
    quantity = Whole(required=True, low=1, high=POINTS_MAX)
    price = Yuan(required=True)
    best_before = Day(load_default=None)
    batch_no = Text(high=40, load_default=None)
    produced_on = Day(load_default=None)


class CorrectionForm(Shape):
    """The right sum of a sponsor's money, and what says so."""

    key = Text(required=True, low=1, high=64)
    amount = Yuan(required=True, low=1)
    evidence = Text(required=True, low=1, high=80)


class SponsorshipForm(Shape):
    """Money that a sponsor gave."""

    key = Text(required=True, low=1, high=64)
    sponsor_kind = fields.String(
        required=True, validate=validate.OneOf(["person", "organisation", "anonymous"])
    )
    sponsor = Text(high=80, load_default="")
    is_named = fields.Boolean(truthy={"yes"}, falsy={""}, load_default=False)
    amount = Yuan(required=True, low=1)
    received_on = Day(required=True)
    purpose = Text(high=200, load_default=None)
    evidence = Text(high=80, load_default=None)

    @validates_schema
    def check_sponsor(self, values: dict[str, Any], **_more: Any) -> None:
        """Who is named has a name."""
        if values.get("sponsor_kind") != "anonymous" and not values.get("sponsor"):
            raise ValidationError(_("请填赞助人；不愿留名的，选“不留名”。"), "sponsor")
