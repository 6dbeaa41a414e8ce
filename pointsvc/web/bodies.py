"""A body under `/api/` is JSON as the RFC has it, or the request is refused before any view."""

from __future__ import annotations

from flask import Flask, current_app, request

from pointsvc.kernel.errors import BadJson
from pointsvc.web.problems import is_api


def wire(app: Flask) -> None:
    """Read each body once, strictly; the library's own reader lets NaN and other types pass."""
    app.before_request(_check)


def _check() -> None:
    if not is_api() or request.endpoint is None:
        return
    body = request.get_data(cache=True)
    if not body:
        return
    if not request.is_json:
        raise BadJson
    try:
        current_app.json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadJson from error
