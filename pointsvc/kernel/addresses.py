"""The address under which this server is known outside: what codes and letters begin with."""

from __future__ import annotations

from flask import current_app, request


def public_base() -> str:
    """`POINTSVC_PUBLIC_URL`, else the address that was asked; without a slash at the end."""
    base: str = current_app.config["PUBLIC_URL"] or request.url_root
    return base.rstrip("/")
