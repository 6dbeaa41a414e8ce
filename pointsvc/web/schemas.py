"""Shapes of sign-in, of the caller's own page and statement."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate, validates_schema

from pointsvc.kernel.fields import Shape, Text
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.paging import PAGE_LENGTH, PAGE_LENGTH_MAX


class SignInAsked(Shape):
    """Phone and password; on a device card and PIN."""

    phone = Text(low=1, high=40)
    password = fields.String()
    community_id = fields.UUID()
    card = Text(low=1, high=400)
    pin = Text(low=1, high=12)
    totp = Text(low=1, high=40)

    @validates_schema
    def check_pairs(self, data: dict[str, object], **_kwargs: object) -> None:
        """One pair, whole."""
        pairs = [{"phone", "password"}, {"card", "pin"}]
        given = data.keys() - {"community_id", "totp"}
        if given not in pairs:
            raise ValidationError(_("请给出手机号和密码，或在设备上给出居民卡和 PIN。"))


class PersonShown(Shape):
    """Who signed in."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)


class NamedShown(Shape):
    """Something with an id and a name."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class SignedInShown(Shape):
    """A token; or, where the phone has several communities and none was named, those."""

    token = fields.String()
    expires_at = fields.String(metadata={"format": "date-time"})
    member = fields.Nested(PersonShown)
    communities = fields.List(fields.Nested(NamedShown))


class ExpiringShown(Shape):
    """Points that can be used up to and on a day."""

    on = fields.Date(required=True)
    points = fields.Integer(required=True)


class MeShown(Shape):
    """The caller and their books."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    community = fields.Nested(NamedShown, required=True)
    roles = fields.List(fields.String(), required=True)
    balance_points = fields.Integer(required=True)
    review_points = fields.Integer(required=True)
    reserved_points = fields.Integer(required=True)
    service_minutes = fields.Integer(required=True)
    expiring = fields.List(fields.Nested(ExpiringShown), required=True)


class StatementAsked(Shape):
    """Which page of the statement."""

    limit = fields.Integer(
        load_default=PAGE_LENGTH,
        validate=validate.Range(1, PAGE_LENGTH_MAX),
    )
    after = fields.String()


class SourceShown(Shape):
    """The deed behind an entry."""

    type = fields.String(required=True)
    id = fields.UUID(required=True)


class EntryShown(Shape):
    """One line of the statement; `balance_points` is what could be spent afterwards."""

    transfer_id = fields.UUID(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    kind = fields.String(required=True)
    reason = fields.String(required=True)
    delta_points = fields.Integer(required=True)
    balance_points = fields.Integer(required=True)
    source = fields.Nested(SourceShown, required=True)


class StatementShown(Shape):
    """A page of the statement, newest first; `next` is the cursor of the next page."""

    entries = fields.List(fields.Nested(EntryShown), required=True)
    next = fields.String(required=True, allow_none=True)
