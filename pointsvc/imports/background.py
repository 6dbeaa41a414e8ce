"""Where a run is worked through: small files at once, large ones in a thread beside the request."""

from __future__ import annotations

import threading
from typing import Any, Final, cast
from uuid import UUID

from flask import Flask, current_app

from pointsvc.imports.queries import RunFacts
from pointsvc.imports.working import work_through

AT_ONCE_BYTES: Final = 96 * 1024
"""About 3,000 lines: read in a moment, written in a second or two."""


def start(run: RunFacts) -> None:
    """Begin to work; a thread that dies with its process is followed by the minute's job."""
    if run.file_size <= AT_ONCE_BYTES:
        work_through(run.community_id, run.id)
        return
    app = cast("Any", current_app)._get_current_object()  # noqa: SLF001 - Flask's way to hand it on
    threading.Thread(target=_work, args=(app, run.community_id, run.id), daemon=True).start()


def _work(app: Flask, community_id: UUID, run_id: UUID) -> None:
    with app.app_context():
        work_through(community_id, run_id)
