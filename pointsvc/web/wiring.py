"""The phases of a request, in their order, for every door of the house."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from pointsvc.kernel.keys import KeyRing, Purpose
from pointsvc.web import (
    addresses,
    bodies,
    callers,
    cells,
    filters,
    headers,
    methods,
    problems,
    read_only,
    rendering,
    requests_log,
    step_up,
)
from pointsvc.web.vitals import proxies, watching


def wire(app: Flask) -> None:
    """Hang the phases into the app: id, origin, caller, the address, permission; then the reply."""
    _trust_proxies(app)
    _sign_cookies(app)
    requests_log.wire(app)
    watching.wire(app)
    proxies.wire(app)
    methods.wire(app)
    callers.wire(app)
    read_only.wire(app)
    addresses.wire(app)
    callers.wire_permissions(app)
    step_up.wire(app)
    bodies.wire(app)
    problems.wire(app)
    rendering.wire(app)
    filters.wire(app)
    cells.wire(app)
    headers.wire(app)


def _trust_proxies(app: Flask) -> None:
    """Believe the forwarded address and scheme of as many proxies as the operator runs."""
    count = app.extensions["settings"].proxy_count
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _sign_cookies(app: Flask) -> None:
    """Flask's own cookie carries the messages of the last page and nothing else."""
    ring: KeyRing = app.extensions["key_ring"]
    secrets = [key.bytes_for(Purpose.SIGN_INS) for key in ring.keys]
    app.config.update(
        SECRET_KEY=secrets[0],
        SECRET_KEY_FALLBACKS=secrets[1:],
        SESSION_COOKIE_NAME="flashes",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=(app.config["PUBLIC_URL"] or "").startswith("https://"),
    )
