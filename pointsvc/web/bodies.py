"""What comes in is text, and under `/api/` JSON as the RFC has it, or is refused before any view."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from pointsvc.kernel.errors import BadJson, BadRequest
from pointsvc.kernel.permission import PUBLIC
from pointsvc.web.problems import is_api

FORM: Final = "application/x-www-form-urlencoded"
JSON_MAX: Final = 4 * 1024 * 1024
"""Thrice the largest upload of scans; read, JSON takes ten times its bytes of memory."""

STRANGERS_MAX: Final = 64 * 1024
"""What anybody may send has no file in it; it is less than a proxy holds back until it is whole."""


def wire(app: Flask) -> None:
    """Read each body once, strictly; the library's own reader lets NaN and other types pass."""
    app.before_request(_bound_strangers)
    app.before_request(_check)
    app.before_request(_check_fields)
    app.before_request(_check_text)


def _bound_strangers() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "permission", PUBLIC) == PUBLIC:
        _at_most(STRANGERS_MAX)


def _at_most(size: int) -> None:
    """Read no more than this, nor more than was said before."""
    request.max_content_length = min(size, request.max_content_length or size)


def _check() -> None:
    if not is_api() or request.endpoint is None:
        return
    _at_most(JSON_MAX)
    body = request.get_data(cache=True)
    if not body:
        return
    if not request.is_json:
        raise BadJson
    try:
        current_app.json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadJson from error


def _check_fields() -> None:
    """A form that was typed is as short as a part of an upload, with as many fields as it has parts.

    The library looks at uploads only; two hundred thousand fields took seconds to read.
    """
    if is_api() or request.mimetype != FORM:
        return
    _at_most(current_app.config["MAX_FORM_MEMORY_SIZE"])
    most: int = current_app.config["MAX_FORM_PARTS"]
    if request.get_data(cache=True).count(b"&") >= most:
        raise RequestEntityTooLarge


def _check_text() -> None:
    """PostgreSQL keeps no NUL and breaks on one; nobody's keyboard types it."""
    texts = [*(request.view_args or {}).values(), *_typed(request.args)]
    if not is_api() and not _is_too_long():
        texts += _typed(request.form)
    if any(isinstance(text, str) and "\0" in text for text in texts):
        raise BadRequest


def _is_too_long() -> bool:
    """Whether reading the form would refuse it; its page says so in its own words."""
    return (request.content_length or 0) > (request.max_content_length or 0)


def _typed(values: MultiDict[str, str]) -> list[str]:
    return [text for _name, text in values.items(multi=True)]
