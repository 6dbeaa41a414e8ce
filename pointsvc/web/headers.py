"""Security headers on every reply: a strict CSP, no sniffing, no framing, no caching of pages."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

PAGE_POLICY: Final = (
    "default-src 'self'; script-src 'self'; worker-src 'self'; img-src 'self' data: blob:; "
    "style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
WORKER_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
)
# The pages that may ask the browser where the phone is: a sign's own, and that of a place.
LOCATING: Final = frozenset({"checkin.landing", "organisation.position"})


def wire(app: Flask) -> None:
    """Add the headers after each request."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    is_worker = request.path.endswith("/scan-worker.js")
    headers = response.headers
    headers["Content-Security-Policy"] = WORKER_POLICY if is_worker else PAGE_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers.setdefault("Referrer-Policy", "same-origin")
    where = "(self)" if request.endpoint in LOCATING else "()"
    headers["Permissions-Policy"] = f"camera=(self), geolocation={where}, microphone=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
