"""Marshmallow fields and the schema base that both doors share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from unicodedata import category

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.wording import worded

YEARS: Final = range(1900, 3000)
UNSEEN: Final = frozenset({"Cc", "Cs"})  # controls, and halves of a sign that no encoding takes
DIGITS_MAX: Final = 18
_NUMBER: Final = re.compile(rf"\s*-?\d{{1,{DIGITS_MAX}}}\s*")


class Shape(Schema):
    """What comes in or goes out: keys in order, unknown ones refused."""

    class Meta:
        """Refuse what we do not know: a typo must not be silence."""

        unknown = RAISE

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Say what is wrong in the reader's language; the error is raised after this."""
        error.messages = worded(error.messages)


class Whole(fields.Integer):
    """A whole number within bounds: no bool, no text, no fraction, in JSON. Forms pass text."""

    def __init__(self, *, low: int = 0, high: int = 1_000_000, **kwargs: Any) -> None:
        """Accept `low` to `high`, both included."""
        super().__init__(strict=True, validate=validate.Range(low, high), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int:
            raise ValidationError(_("须为整数。"))
        return value


class Text(fields.String):
    """Text with a length, stripped, without control characters; lines end as a browser ends them, or LF."""

    def __init__(self, *, low: int = 0, high: int = 200, **kwargs: Any) -> None:
        """Accept `low` to `high` characters after stripping."""
        super().__init__(validate=validate.Length(low, high), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs).replace("\r\n", "\n")
        if any(category(sign) in UNSEEN and sign not in "\n\t" for sign in text):
            raise ValidationError(_("含有不可见的控制字符。"))
        return text.strip()


class Moment(fields.AwareDateTime):
    """A moment with its offset, in UTC; at the ends of the calendar no zone could show it."""

    def __init__(self, **kwargs: Any) -> None:
        """Accept RFC 3339 of the years 1900 to 2999."""
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if moment.year not in YEARS:
            raise ValidationError(_("时间超出范围。"))
        return moment.astimezone(UTC)


class Day(fields.Date):
    """A day of the years 1900 to 2999: the ones beside it are days as well, in every zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if day.year not in YEARS:
            raise ValidationError(_("日期超出范围。"))
        return day


def day_in(text: str | None) -> date | None:
    """The day in an address's query; None for anything that is none of the years 1900 to 2999."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None


def parse_form(schema: type[Schema], form: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values through the schema: empty text is absence, digits are whole numbers.

    Raises:
        Invalid: with the messages of each field.
    """
    shape = schema()
    values = {name: _read(shape, name, text) for name, text in form.items() if text != ""}
    try:
        loaded: dict[str, Any] = shape.load(values)
    except ValidationError as error:
        raise Invalid(dict(error.messages_dict)) from error
    return loaded


def _read(shape: Schema, name: str, text: Any) -> Any:
    is_number = isinstance(shape.fields.get(name), Whole)
    if is_number and isinstance(text, str) and _NUMBER.fullmatch(text):
        return int(text)
    return text
