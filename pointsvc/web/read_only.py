"""While the books may only be read, no unsafe request comes through but those that end that state."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final

from flask import Flask, g, request

from pointsvc.kernel.read_only import mending, refuse_while_read_only
from pointsvc.web.callers import SAFE_METHODS

# Looking wants a sign-in, and the operator's word wants a form; no points move by either.
STILL_OPEN: Final = frozenset(
    {
        "web.sign_in",
        "web.sign_in_first",
        "web.sign_in_with_card",
        "web.sign_out",
        "web_api.sign_in",
        "web.setup",
        "web.gap",
    }
)


def wire(app: Flask) -> None:
    """Refuse before the view; `transact` refuses once more, whoever calls it."""
    app.before_request(_check)
    app.teardown_request(_close)


def _check() -> None:
    if request.endpoint in STILL_OPEN:
        g.mending = ExitStack()
        g.mending.enter_context(mending())
    elif request.method not in SAFE_METHODS:
        refuse_while_read_only()


def _close(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("mending", None)
    if stack is not None:
        stack.close()
