"""Gifts with their papers, goods for a purpose, consents, as the pages send them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from pointsvc.kernel.fields import Day, Shape, Text, Whole
from pointsvc.kernel.i18n import gettext as _
from pointsvc.shop.money import fen_in
from pointsvc.shop.rules import POINTS_MAX

FEN_MAX = 10_000_000_000


class Yuan(fields.Field[int]):
    """A sum of money as people write it; whole fen."""

    def __init__(self, *, low: int = 0, **kwargs: Any) -> None:
        """Accept from `low` fen on."""
        super().__init__(**kwargs)
        self.low = low

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        fen = fen_in(value) if isinstance(value, str) else None
        if fen is None or not self.low <= fen <= FEN_MAX:
            raise ValidationError(_("金额写成 12.50 这样，单位是元。"))
        return fen


class PapersForm(Shape):
    """Who receives the gift in law, on which receipt, by which agreement."""

    receiving_entity = Text(required=True, low=1, high=80)
    receipt_kind = fields.String(
        required=True, validate=validate.OneOf(["acknowledgement", "charity"])
    )
    charity_receipt_no = Text(high=60, load_default=None)
    agreement_no = Text(high=60, load_default=None)
    promised_on = Day(load_default=None)
    quality = Text(high=120, load_default=None)

    @validates_schema
    def check_number(self, values: dict[str, Any], **_more: Any) -> None:
        """An official receipt is a charity's, with the charity's number."""
        if values.get("receipt_kind") == "charity" and not values.get("charity_receipt_no"):
            raise ValidationError(_("请填慈善组织开的票据号码。"), "charity_receipt_no")


class ValueForm(Shape):
    """What a line of a gift is worth, and how that is known."""

    value = Yuan(load_default=None)
    value_basis = fields.String(
        load_default=None, validate=validate.OneOf(["invoice", "market", "estimate"])
    )


class IssueForm(Shape):
    """Goods handed out for their purpose: to a member, or to so many people said without a name.

    `ticket` is what was scanned, `member_id` whom the question showed for the number, so that nobody
    else is meant by a slip; `sure` or `again` (the same person scanned again) answers it.
    """

    key = Text(required=True, low=1, high=64)
    quantity = Whole(required=True, low=1, high=POINTS_MAX)
    code = Text(high=512, load_default=None)
    volunteer_no = Whole(low=1, high=9_999_999_999, load_default=None)
    member_id = fields.UUID(load_default=None)
    ticket = Text(high=600, load_default=None)
    sure = fields.Boolean(truthy={"yes"}, falsy={""}, load_default=False)
    again = Text(high=512, load_default=None)
    people = Whole(low=1, high=10_000, load_default=None)
    recipient = Text(high=80, load_default=None)

    @validates_schema
    def check_recipient(self, values: dict[str, Any], **_more: Any) -> None:
        """Somebody got it: a member by scan or number, else how many people, and which."""
        if values.get("code") or values.get("ticket") or values.get("volunteer_no"):
            return
        wanted = {
            "people": _("请扫本人的卡或填志愿者编号；不是在册居民的，填几个人。"),
            "recipient": _("请写清楚是哪些人、为什么符合用途，不写姓名。"),
        }
        lacking = {name: [words] for name, words in wanted.items() if not values.get(name)}
        if lacking:
            raise ValidationError(lacking)


class PurposeForm(Shape):
    """The donor's consent to another purpose; none frees the goods for the counter."""

    key = Text(required=True, low=1, high=64)
    becomes = fields.String(required=True, validate=validate.OneOf(["purpose", "free"]))
    to_purpose = Text(high=200, load_default=None)
    consented_by = Text(required=True, low=1, high=80)
    consent_way = fields.String(
        required=True, validate=validate.OneOf(["letter", "in_person", "phone"])
    )
    consented_on = Day(required=True)
    evidence = Text(high=200, load_default=None)

    @validates_schema
    def check_purpose(self, values: dict[str, Any], **_more: Any) -> None:
        """Another purpose is said in words."""
        if values.get("becomes") == "purpose" and not values.get("to_purpose"):
            raise ValidationError(_("请写明新的用途。"), "to_purpose")
