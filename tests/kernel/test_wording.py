"""What a schema says is in the reader's language, whatever marshmallow's own words are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, fields, validate

from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.fields import Shape, Text, Whole, parse_form

FIELDS: dict[str, fields.Field[Any]] = {
    "text": Text(low=2, high=5),
    "whole": Whole(low=1, high=20),
    "plain": fields.String(validate=validate.Length(min=2)),
    "longest": fields.String(validate=validate.Length(max=2)),
    "exact": fields.String(validate=validate.Length(equal=3)),
    "choice": fields.String(validate=validate.OneOf(["a"])),
    "id": fields.UUID(),
    "integer": fields.Integer(strict=True),
    "boolean": fields.Boolean(),
    "day": fields.Date(),
    "clock": fields.Time(),
    "moment": fields.AwareDateTime(),
    "local": fields.NaiveDateTime(),
    "lines": fields.List(fields.Nested(Shape.from_dict({"n": fields.Integer()}))),
    "wanted": fields.String(required=True),
}
Everything = Shape.from_dict(FIELDS)
WRONG: dict[str, Any] = {
    "text": "x",
    "whole": 0,
    "plain": "x",
    "longest": "xyz",
    "exact": "x",
    "choice": "b",
    "id": "x",
    "integer": "1.5",
    "boolean": "perhaps",
    "day": "2026-02-30",
    "clock": "25:00",
    "moment": "2026-11-21T09:00:00",
    "local": "2026-11-21T09:00:00+08:00",
    "lines": [{"n": None, "m": 1}, 3],
    "force": True,
}


def texts(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [text for inner in messages.values() for text in texts(inner)]
    if isinstance(messages, list):
        return [text for inner in messages for text in texts(inner)]
    return [messages]


def faults(schema: type[Schema]) -> dict[str, Any]:
    with pytest.raises(ValidationError) as caught:
        schema().load(WRONG)
    return dict(caught.value.messages_dict)


def test_every_fault_is_said_in_chinese(wired_app: Flask) -> None:
    with wired_app.test_request_context("/"):
        said = faults(Everything)
    assert said.keys() == (FIELDS.keys() | {"force"})
    assert [text for text in texts(said) if not re.search(r"[一-鿿]", text)] == []


def test_every_fault_is_said_in_english_to_who_reads_english(wired_app: Flask) -> None:
    with wired_app.test_request_context("/", headers={"Cookie": "locale=en"}):
        said = faults(Everything)
    assert said["whole"] == ["Must be between 1 and 20."]
    assert [text for text in texts(said) if re.search(r"[一-鿿]", text)] == []


def test_a_form_says_the_same(wired_app: Flask) -> None:
    with wired_app.test_request_context("/"), pytest.raises(Invalid) as caught:
        parse_form(Everything, {"whole": "21", "wanted": ""})
    assert caught.value.errors == {
        "whole": ["须在 1 到 20 之间。"],
        "wanted": ["这一项必须填。"],
    }
