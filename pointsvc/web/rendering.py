"""What every page knows: who is reading, in which mode and language, where they can go."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from pointsvc.kernel.i18n import choose_locale
from pointsvc.kernel.permission import current_caller

MODES = ("elder", "standard")


def wire(app: Flask) -> None:
    """Give the templates their common values."""
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    caller = current_caller()
    return {
        "caller": caller,
        "mode": choose_mode(),
        "locale": choose_locale(),
        "navigation": [],
        "caller_name": None,
        "community_name": None,
    }


def choose_mode() -> str:
    """Elder mode is the default of volunteers and of anyone not signed in."""
    chosen = request.cookies.get("mode")
    if chosen in MODES:
        return chosen
    working_roles = current_caller().roles - {"volunteer"}
    return "standard" if working_roles or current_caller().kind == "operator" else "elder"
