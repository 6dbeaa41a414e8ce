"""Wiring: settings, extensions, rooms' doors, who is calling, how refusals look."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from flask import Flask
from sqlalchemy.engine import make_url

from pointsvc import doors
from pointsvc.backup.keeping import last_verified_at
from pointsvc.config import Settings
from pointsvc.extensions import Migrations, babel, db
from pointsvc.kernel import i18n
from pointsvc.kernel.key_files import load_ring
from pointsvc.kernel.revisions import MIGRATIONS
from pointsvc.kernel.strict_json import StrictJson
from pointsvc.messages.sending import WORDS
from pointsvc.web import wiring
from pointsvc.web.checks import ROOM_CHECKS
from pointsvc.web.gone import ROOMS
from pointsvc.web.messages import words_of

# A process has sixteen threads; who waits in a line holds no connection, and the rest are refused in the end.
# The one that was used last knows its statements, and on SQLite the pages of the file: it goes out first.
POOL: Final = {"pool_size": 10, "max_overflow": 5, "pool_timeout": 5, "pool_use_lifo": True}
SESSION: Final = {
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (default: from the environment)."""
    settings = settings or Settings.from_environment()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask("pointsvc", instance_path=str(settings.instance))
    app.json = StrictJson(app)
    app.config.update(_config(settings))
    app.extensions["settings"] = settings
    app.extensions["engine_name"] = make_url(settings.database_url).get_backend_name()
    app.extensions["room_checks"] = ROOM_CHECKS
    app.extensions["rooms_of_people"] = ROOMS
    app.extensions["key_ring"] = load_ring(
        settings.instance, setting=settings.secret_key, file=settings.secret_key_file
    )
    app.extensions[WORDS] = words_of
    app.extensions["last_copy"] = partial(last_verified_at, settings.instance)
    db.init_app(app)
    app.extensions["migrate"] = Migrations(app, str(MIGRATIONS))
    babel.init_app(app, locale_selector=i18n.choose_locale, default_locale=i18n.DEFAULT_LOCALE)
    i18n.wire(app)
    doors.register(app)
    wiring.wire(app)
    return app


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # What a statement carried (names, notes, hashes) is kept out of the log of its failure.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,
            **_engine_options(settings.database_url),
        },
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "TEMPLATES_AUTO_RELOAD": False,
        "API_TITLE": "绿色账户 (Green Account)",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "PUBLIC_URL": settings.public_url,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }


def _engine_options(url: str) -> dict[str, Any]:
    """Bounds for whoever waits: for a connection, a lock, a statement, a transaction left open."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        return {"connect_args": {"check_same_thread": False}, **POOL}
    bounds = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    options = f"{bounds} {parsed.query.get('options', '')}"
    # The letters are ours whatever the database's are: of one that knows none the driver would make bytes.
    spoken = {
        "client_encoding": "utf8",
        "prepare_threshold": None,
    }  # kernel.wires prepares by itself
    return {"connect_args": {"options": options, **spoken}, **POOL}
