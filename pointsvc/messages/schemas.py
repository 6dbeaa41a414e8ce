"""Shapes of the forms about messages."""

from __future__ import annotations

from marshmallow import fields, validate

from pointsvc.kernel.fields import Shape


class WishForm(Shape):
    """By which ways one wants to be told."""

    email = fields.Email(load_default=None, validate=validate.Length(max=200))
    by_email = fields.Boolean(load_default=False)
    by_sms = fields.Boolean(load_default=False)
    by_wechat = fields.Boolean(load_default=False)
