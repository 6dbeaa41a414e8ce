"""The phases of a request, in their order, for every door of the house."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask

from pointsvc.web import addresses, callers, headers, problems, rendering, requests_log

MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"


def wire(app: Flask) -> None:
    """Hang the phases into the app: id, origin, caller, permission, the address; then the reply."""
    requests_log.wire(app)
    callers.wire(app)
    addresses.wire(app)
    problems.wire(app)
    rendering.wire(app)
    headers.wire(app)
