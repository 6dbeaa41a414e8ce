"""A client that asks as a browser on our own page does."""

from __future__ import annotations

import contextvars
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pointsvc.extensions import db


class HouseClient(FlaskClient):
    """Every request starts from nothing, as on the server, whatever the test holds open.

    Without this a request would share `g`, the language and the session of a test that has an
    application context.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["HTTP_ORIGIN"] = "http://localhost"

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request; the test's own session sees afterwards what it changed."""
        if has_app_context():
            db.session.rollback()
        return contextvars.Context().run(super().open, *args, **kwargs)
