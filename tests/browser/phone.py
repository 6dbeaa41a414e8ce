"""A phone outdoors: a browser whose network comes and goes, and the scans that wait on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from playwright.sync_api import BrowserContext, BrowserType, Page, expect
from sqlalchemy import select

from pointsvc.checkin.models import Scan
from pointsvc.extensions import db
from tests.support.cast import Person
from tests.support.serving import Served

BATCH = "/api/v1/scans/batch"


@dataclass
class Phone:
    """A browser at the offline page. `posts` counts its uploads, `troubles` what its scripts threw."""

    served: Served
    context: BrowserContext
    page: Page = field(init=False)
    posts: int = 0
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = self.new_page()

    def new_page(self) -> Page:
        """One more tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", self._note)
        return page

    def _note(self, request: Any) -> None:
        self.posts += request.url.endswith(BATCH)

    def set_clock(self, now: datetime) -> None:
        """The phone's clock shows this; timers go on."""
        self.context.clock.set_fixed_time(now)

    def sign_in(self, person: Person) -> None:
        """The person's visit, in the cookie of this browser."""
        self.served.sign_in(self.page, person)

    def open(self, path: str = "/offline", page: Page | None = None) -> Page:
        """Open the page and wait until the browser would show it without network, too."""
        page = page or self.page
        self.served.open(page, path)
        page.evaluate("async () => (await navigator.serviceWorker.ready).active.state")
        page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")
        return page

    def lose_network(self) -> None:
        """Nothing gets through any more."""
        self.context.set_offline(offline=True)
        expect(self.page.get_by_text("没有网络，照常扫")).to_be_visible()

    def find_network(self) -> None:
        """Back at the gate."""
        self.context.set_offline(offline=False)

    def find_network_as(self, person: Person) -> None:
        """Somebody else has signed in on it meanwhile."""
        self.context.clear_cookies()
        self.sign_in(person)
        self.page.goto("about:blank")
        self.find_network()

    def reload(self) -> None:
        """Load the page anew, be there network or not."""
        self.page.reload()
        self.page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")

    def scan(self, code: str, page: Page | None = None) -> None:
        """Type the code and keep it."""
        page = page or self.page
        page.get_by_label("或输入卡上的编号").fill(code)
        page.get_by_role("button", name="存下").click()

    def expect_count(self, name: str, count: int, page: Page | None = None) -> None:
        """How many wait, need a person, were sent."""
        place = (page or self.page).locator(f'[data-count="{name}"]')
        expect(place).to_have_text(str(count), timeout=40_000)

    def books(self) -> list[Scan]:
        """The scans of the community, as the server kept them, in the phone's order."""
        with self.served.app.app_context():
            found = db.session.scalars(
                select(Scan)
                .where(Scan.community_id == self.served.cast.community_id)
                .order_by(Scan.device_counter, Scan.id)
            ).all()
            db.session.expunge_all()
            return list(found)


class LosingProxy:
    """Between phone and server: the work is done, and 500 comes back in the place of its answer."""

    def __init__(self, served: Served) -> None:
        self.lost = 0
        self.is_losing = True
        self._inner = served.app.wsgi_app
        served.app.wsgi_app = self  # type: ignore[assignment, method-assign]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Pass everything on; lose what an upload is answered."""
        if not (self.is_losing and environ["PATH_INFO"] == BATCH):
            return self._inner(environ, start)
        list(self._inner(environ, lambda *_: lambda _: None))
        self.lost += 1
        start("500 Lost", [("Content-Length", "0")])
        return []


def pocketed(chromium: BrowserType, folder: Path, executable: Path) -> BrowserContext:
    """A browser with a profile on disk: what it keeps outlives its closing."""
    return chromium.launch_persistent_context(
        folder, executable_path=str(executable), locale="zh-CN", has_touch=True
    )
