"""Whether this server can do its work now, said within a bounded time."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from pointsvc.config import Settings
from pointsvc.extensions import db
from pointsvc.kernel.counting import is_stopping
from pointsvc.kernel.read_only import is_read_only
from pointsvc.kernel.revisions import newest

READY: Final = "ready"
ANSWER_SECONDS: Final = 2.0
FREE_BYTES_MIN: Final = 64 * 1024 * 1024
_READ_ONLY: Final = "SELECT current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery()"


class Probe:
    """Asks the database in a thread of its own: one that hangs may not hang who asks.

    While a question is unanswered no other is put, so a hanging database holds one thread.
    """

    def __init__(self, app: Flask) -> None:
        """Ask this app's database."""
        self._app = app
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._found = READY

    def state(self) -> str:
        """`ready`, or in one word why not."""
        if is_stopping():
            return "stopping"
        with self._lock:
            if self._asking is None or not self._asking.is_alive():
                self._asking = threading.Thread(target=self._ask, name="readiness", daemon=True)
                self._asking.start()
            asking = self._asking
        asking.join(ANSWER_SECONDS)
        return "database_hangs" if asking.is_alive() else self._found

    def _ask(self) -> None:
        try:
            with self._app.app_context():
                self._found = _state(self._app.extensions["settings"])
        except SQLAlchemyError:
            self._found = "database_away"


def _state(settings: Settings) -> str:
    if is_full(settings.instance):
        return "disk_full"
    if is_read_only():
        return "books_read_only"
    with db.engine.connect() as connection:
        found = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
        if found != {newest()}:
            return "migrations_pending"
        return "database_read_only" if _is_read_only(connection, settings) else READY


def is_full(folder: Path) -> bool:
    """Whether what is left on the disk is too little to go on writing."""
    return shutil.disk_usage(folder).free < FREE_BYTES_MIN


def _is_read_only(connection: Connection, settings: Settings) -> bool:
    """A replica, a database that was set so for a restore, or a file that we may not write."""
    if connection.dialect.name == "postgresql":
        return bool(connection.scalar(text(_READ_ONLY)))
    file = make_url(settings.database_url).database
    return file is not None and not os.access(file, os.W_OK)
