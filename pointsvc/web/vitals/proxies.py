"""Whether requests come through as many proxies as the operator has said."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app, request
from prometheus_client import Counter

from pointsvc.config import Settings

DOUBTS: Final = Counter(
    "pointsvc_proxy_doubts", "Requests whose proxies are not those of the settings", ["doubt"]
)
# The machine's own monitor asks these without a proxy.
_OWN: Final = frozenset({"web.healthz", "web.readyz", "web.metrics"})


def wire(app: Flask) -> None:
    """Look at every request; nothing is refused for it."""
    app.before_request(_look)


def _look() -> None:
    """A proxy that is not counted makes everybody one address; one that is missing lets people lie."""
    if request.endpoint in _OWN:
        return
    settings: Settings = current_app.extensions["settings"]
    seen = "X-Forwarded-For" in request.headers
    if seen and not settings.proxy_count:
        DOUBTS.labels("uncounted").inc()
    elif not seen and settings.proxy_count:
        DOUBTS.labels("missing").inc()
