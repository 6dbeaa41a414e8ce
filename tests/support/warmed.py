"""Read by the process that commands are forked from: the product has been put together there once.

What a second application takes is a fifth of what the first does: pages are read, tables mapped.
"""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from pointsvc.app import create_app
from pointsvc.config import Settings

with tempfile.TemporaryDirectory() as _folder:
    _url = f"sqlite:///{_folder}/never-opened.sqlite3"
    create_app(Settings(Path(_folder), database_url=_url, secret_key=secrets.token_urlsafe(32)))
