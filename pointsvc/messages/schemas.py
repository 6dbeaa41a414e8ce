"""Shapes of the forms about messages."""

from __future__ import annotations

from typing import Final

from marshmallow import fields, validate

from pointsvc.kernel.fields import Shape

# What a letter's head can hold as it is: no other script, and no word that is decoded into one.
PLAIN: Final = r"(?!.*=\?)[\x21-\x7e]+"


class WishForm(Shape):
    """By which ways one wants to be told."""

    email = fields.Email(
        load_default=None, validate=[validate.Length(max=200), validate.Regexp(f"{PLAIN}\\Z")]
    )
    by_email = fields.Boolean(load_default=False)
    by_sms = fields.Boolean(load_default=False)
    by_wechat = fields.Boolean(load_default=False)
