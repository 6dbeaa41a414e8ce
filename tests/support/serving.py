"""The real application behind a port of this machine, for browsers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.support.cast import Cast, Person, token_of


@dataclass(frozen=True)
class Served:
    """Where the application answers, and who is in its database."""

    url: str
    app: Flask
    cast: Cast

    def sign_in(self, page: Page, person: Person) -> None:
        """Let the page's browser carry the person's cookie."""
        with self.app.app_context():
            token = token_of(person)
        page.context.add_cookies([{"name": "sign_in", "value": token, "url": self.url}])

    def open(self, page: Page, path: str) -> None:
        """Go to an address of the application and wait for its scripts."""
        page.goto(f"{self.url}{path}")
        page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve in a thread of this process, which so shares the tests' clock; yields the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
