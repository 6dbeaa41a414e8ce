"""Every room's doors, registered in one place; a room without one is not named."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Final

from flask import Flask
from flask_smorest import Api

from pointsvc.imports import gone

ROOMS: Final = (
    "communities",
    "members",
    "organisation",
    "messages",
    "activities",
    "ledger",
    "earning",
    "checkin",
    "plots",
    "shop",
    "calendars",
    "disclosure",
    "imports",
    "web",
)
WITHOUT_DOORS: Final = ("kernel", "audit", "attachments")
FURNITURE: Final = ("pages", "api")


def register(app: Flask) -> None:
    """Hang `pages.blueprint` and `api.blueprint` of each room into the app."""
    api = Api()
    app.config.setdefault("OPENAPI_URL_PREFIX", None)
    api.init_app(app)
    app.extensions["api"] = api
    for room in ROOMS:
        for piece in FURNITURE:
            module = _find(f"pointsvc.{room}.{piece}")
            if module is not None:
                (api if piece == "api" else app).register_blueprint(module.blueprint)
    # What an erasure takes along there: the front hall lists the rooms below it and may not name this.
    app.extensions["forgets_above"] = (gone.forget,)


def load_tables() -> None:
    """Know the tables of every room, also of those without doors.

    A command that reads copies before there is an application asks which tables there are.
    """
    for room in (*ROOMS, *WITHOUT_DOORS):
        _find(f"pointsvc.{room}.models")


def _find(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name and name.startswith(error.name):
            return None
        raise
