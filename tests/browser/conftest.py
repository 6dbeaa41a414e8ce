"""Fixtures for tests in a real browser: the system's Chromium, driven by playwright."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

import playwright
import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    sync_playwright,
)
from werkzeug.serving import make_server

from tests.browser.parts_app import create_parts_app
from tests.browser.phone import Phone
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.lacking import lack
from tests.support.serving import Served, serving

CHROMIUM: Final = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
DRIVER: Final = Path(playwright.__file__).parent / "driver" / "node"
AXE: Final = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
RUN_AXE: Final = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`));
}"""
# Targets and texts that are seen; a link inside a sentence is exempt (WCAG 2.5.8).
SMALL_TARGETS: Final = """(least) => {
  const selector = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const target = (one) => (one.type === "checkbox" || one.type === "radio" || one.type === "file"
    ? one.closest("label") || one : one);
  return [...new Set([...document.querySelectorAll(selector)].map(target))]
    .filter((one) => one.checkVisibility() && !one.matches(".skip-link, p a"))
    .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 90)])
    .filter(([box]) => box.width > 2 && (box.height < least - 0.5 || box.width < least - 0.5))
    .map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`);
}"""
SMALL_TEXTS: Final = """(least) => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && [...one.childNodes]
    .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
  .filter((one) => !one.closest("svg, .sheet, .sign")
    && parseFloat(getComputedStyle(one).fontSize) < least)
  .map((one) => `${getComputedStyle(one).fontSize} ${one.outerHTML.slice(0, 90)}`)"""
MODE: Final = "() => document.documentElement.dataset.mode"
SET_MODE: Final = "(mode) => { document.documentElement.dataset.mode = mode; }"


class Look(NamedTuple):
    """How somebody sees a page; axe, which takes longest, looks at two of them."""

    width: int
    height: int
    mode: str
    with_axe: bool = False


LOOKS: Final = (
    Look(390, 844, "elder", with_axe=True),
    Look(390, 844, "standard"),
    Look(320, 640, "elder"),
    Look(1280, 800, "elder"),
    Look(1280, 800, "standard", with_axe=True),
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    """Playwright's door to Chromium; without one the tests are skipped, in CI they fail."""
    if not CHROMIUM.exists():
        lack(f"Chromium at {CHROMIUM}")
    if subprocess.run([DRIVER, "--version"], capture_output=True, check=False).returncode:
        lack("what playwright's own node needs (on Debian: libatomic1)")
    with sync_playwright() as driven:
        yield driven.chromium


@pytest.fixture(scope="session")
def launch(chromium: BrowserType) -> Iterator[Callable[..., Browser]]:
    """`launch("--flag", …)`: a browser of its own; all are closed at the end of the run."""
    with ExitStack() as open_browsers:

        def launched(*flags: str) -> Browser:
            browser = chromium.launch(executable_path=str(CHROMIUM), args=list(flags))
            open_browsers.callback(browser.close)
            return browser

        yield launched


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Browser:
    """One browser for the whole run."""
    return launch()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(width=390, height=844, scripts=True)`: a page of a new, empty browser profile.

    What breaks the policy or throws in a page fails the test at its end.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(*, scripts: bool = True, width: int = 390, height: int = 844) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            java_script_enabled=scripts,
            has_touch=width < 700,
            reduced_motion="reduce",
            service_workers="block",  # theirs is another test: `phone`
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.extend([line.text] * _is_trouble(line)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def _is_trouble(line: ConsoleMessage) -> bool:
    """An error of ours; a network that a test took away is none."""
    is_network = any(
        words in line.text for words in ("net::ERR_", "htmx:sendError", "htmx:afterRequest")
    )
    return line.type == "error" and not is_network


@pytest.fixture
def phone_page(open_page: Callable[..., Page]) -> Page:
    """A page of 390 × 844."""
    return open_page(width=390, height=844)


@pytest.fixture
def desktop_page(open_page: Callable[..., Page]) -> Page:
    """A page of 1280 × 800."""
    return open_page(width=1280, height=800)


@pytest.fixture(scope="session")
def check_page() -> Callable[[Page], None]:
    """Asserts WCAG A and AA (axe), targets, text sizes and no sideways scrolling, in every look."""
    return _check_page


def _check_page(page: Page) -> None:
    """Loaded once and looked at on phones and at a desk, in both sizes of type, then left as it was."""
    size, mode = page.viewport_size, page.evaluate(MODE)
    assert size is not None
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for look in LOOKS:
        _check_look(page, look)
    page.set_viewport_size(size)
    page.evaluate(SET_MODE, mode)


def _check_look(page: Page, look: Look) -> None:
    elder = look.mode == "elder"
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.evaluate(SET_MODE, look.mode)
    faults = page.evaluate(RUN_AXE) if look.with_axe else []
    faults += page.evaluate(SMALL_TARGETS, 56 if elder else 44)
    faults += page.evaluate(SMALL_TEXTS, 20 if elder else 16)
    sideways: Any = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert (look, faults, max(0, sideways)) == (look, [], 0)


@pytest.fixture(scope="session")
def parts_address() -> Iterator[str]:
    """Where the parts are served."""
    server = make_server("127.0.0.1", 0, create_parts_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def served(app: Flask, cast: Cast) -> Iterator[Served]:
    """The real application with the cast: `served.sign_in(page, cast.limei)`, `served.open(page, "/me")`.

    Tests that use it say `pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]`; the
    clock stands still as everywhere: `clock.advance(hours=2)` moves the server's, too.
    """
    with serving(app) as url:
        yield Served(url, app, cast)


@pytest.fixture
def duty(served: Served) -> Duty:
    """An open shift on plot 1, on the served database."""
    with served.app.app_context():
        return Duty(served.cast)


@pytest.fixture
def cards(served: Served, duty: Duty) -> list[str]:
    """The cards of five neighbours, 李梅's first."""
    cast = served.cast
    people = [cast.limei, cast.liuyang, cast.zhangdian, cast.zhoumin, cast.hedu]
    with served.app.app_context():
        return [duty.card(person) for person in people]


@pytest.fixture
def phone(served: Served, duty: Duty, browser: Browser) -> Iterator[Phone]:
    """王强's phone on the offline page, opened once with network."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    leader = Phone(served, context)
    leader.set_clock(duty.now())
    leader.sign_in(served.cast.wangqiang)
    leader.open()
    yield leader
    context.close()
    assert leader.troubles == []
