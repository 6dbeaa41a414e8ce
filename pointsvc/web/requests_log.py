"""A name for every request, and one line of log without personal data when it ends."""

from __future__ import annotations

import secrets
import time
from typing import Final

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Histogram

from pointsvc.kernel.counting import is_stopping
from pointsvc.kernel.permission import ANONYMOUS, Caller
from pointsvc.kernel.request_id import current_request_id, set_request_id

log = structlog.get_logger()
# Few steps: there are hundreds of addresses, and each step of each is a line of every scrape.
STEPS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
SECONDS = Histogram(
    "pointsvc_request_seconds", "Time to answer", ["endpoint", "status"], buckets=STEPS
)


def wire(app: Flask) -> None:
    """Name the request first, log it last."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    set_request_id(secrets.token_hex(8))
    g.begun_at = time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("begun_at", time.perf_counter())
    endpoint = request.endpoint or "none"
    SECONDS.labels(endpoint, str(response.status_code)).observe(seconds)
    log.info(
        "request",
        method=request.method,
        endpoint=endpoint,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
        **_who(),
    )
    if is_stopping():  # the next request would meet a closed door on this connection
        response.headers["Connection"] = "close"
    response.headers["X-Request-Id"] = current_request_id() or ""
    return response


def _who() -> dict[str, str]:
    """Ids alone: whoever may look them up in the database may know who that is."""
    caller: Caller = g.get("caller", ANONYMOUS)
    who = {"actor_kind": caller.kind, "actor_id": caller.id, "community_id": caller.community_id}
    return {name: str(value) for name, value in who.items() if value is not None}
