"""HEAD is GET without the body: a look, by a chat app's preview or a monitor, never writes."""

from __future__ import annotations

from flask import Flask, request


def wire(app: Flask) -> None:
    """Let views know two kinds of requests only, those that look and those that post."""
    app.before_request(_look)


def _look() -> None:
    if request.method == "HEAD":
        request.method = "GET"
