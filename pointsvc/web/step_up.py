"""Before somebody with a second step approves, merges or erases: a code of the last quarter of an hour.

A visit lasts thirty days; the signature of a second person should be of today.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_caller
from pointsvc.members.errors import TotpRequired
from pointsvc.members.second_steps import has_second_step
from pointsvc.members.visits import proved_at
from pointsvc.web.problems import is_api

LASTS: Final = timedelta(minutes=15)
APPROVING: Final = frozenset(
    {"checkin.approve", "checkin.approve_backfill", "members.agree", "shop.approve"}
)
FOR_GOOD: Final = frozenset({"members.merge", "members.erase"})  # there is no way back from these
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def wire(app: Flask) -> None:
    """Ask after the permission and before the view."""
    app.before_request(_check)


def _check() -> ResponseReturnValue | None:
    if request.method in SAFE_METHODS or request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    caller = current_caller()
    if getattr(view, "permission", None) not in APPROVING | FOR_GOOD or caller.id is None:
        return None
    assert caller.sign_in_id is not None, "whoever may approve is signed in"
    if not has_second_step(caller.id):
        return None
    proved = proved_at(caller.sign_in_id)
    if proved is not None and clock.now() - proved < LASTS:
        return None
    if is_api() or caller.carried_by == "bearer":
        raise TotpRequired
    return redirect(url_for("web.prove", next=_page_before()), 303)


def _page_before() -> str:
    """Where the button was pressed: our own page, as the origin was checked."""
    return urlsplit(request.referrer or "").path or "/"
