"""The pictures of the README: real pages of the demo street, taken by the system's Chromium.

`make tour` builds a demo in a scratch folder, serves it on loopback, walks through it and writes
`docs/images/*.png`. Run it when a page has changed.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES: Final = Path(__file__).parent / "images"
WORKBOOK: Final = Path(__file__).parents[1] / "tests/imports/data/shangcheng-office-workbook.xlsx"
PASSWORD: Final = "lvse-zhanghu"  # noqa: S105 - the demo's own
PHONE, DESK = (390, 844), (1280, 800)
CLERK, LEADER, KEEPER = "13800000005", "13800000002", "13800000003"
VOLUNTEER, ATTENDANT, AUDITOR = "13800000001", "13800000006", "13800000004"


def main() -> None:
    """Serve, walk, take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with demo_street() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        walk(browser, address)
        browser.close()


def walk(browser: Browser, address: str) -> None:
    """One picture for each of the people, in the order of the main job."""
    clerk = signed_in(browser, address, CLERK, DESK)
    clerk.goto(f"{address}/imports")
    clerk.set_input_files("input[type=file]", WORKBOOK)
    clerk.click("main form[enctype] button[type=submit]")
    clerk.wait_for_selector("#rows", timeout=60_000)
    take(clerk, "import")
    leader = signed_in(browser, address, LEADER, PHONE)
    take(leader, "plots")
    volunteer = signed_in(browser, address, VOLUNTEER, PHONE)
    take(volunteer, "volunteer")
    code = member_code(volunteer, address)
    leader.goto(f"{address}/checkin")
    leader.get_by_role("link", name="扫码", exact=True).first.click()
    type_code(leader, code)
    take(leader, "scan")
    take(signed_in(browser, address, ATTENDANT, PHONE), "station")
    keeper = signed_in(browser, address, KEEPER, DESK)
    type_code(keeper, member_code(volunteer, address))
    take(keeper, "counter")
    auditor = signed_in(browser, address, AUDITOR, DESK)
    take(auditor, "books")
    auditor.goto(f"{address}/disclosure")
    take(auditor, "month")


def signed_in(browser: Browser, address: str, phone: str, size: tuple[int, int]) -> Page:
    """A page of that size on which the person has just signed in."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        has_touch=size == PHONE,
        is_mobile=size == PHONE,
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=phone]", phone)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def member_code(page: Page, address: str) -> str:
    """The digits under the member's changing code, as somebody would type them."""
    page.goto(f"{address}/me/code")
    return page.inner_text(".code-typed b").replace(" ", "")


def type_code(page: Page, code: str) -> None:
    """Type a code as a scanner does, and wait for what follows."""
    field = page.locator("main input.control-code").first
    field.fill(code)
    field.press("Enter")
    page.wait_for_timeout(1_500)


def take(page: Page, name: str) -> None:
    """Write what the window shows, in few colours: a quarter of the bytes."""
    page.wait_for_timeout(300)
    shot = Image.open(BytesIO(page.screenshot()))
    shot.convert("RGB").quantize(128).save(IMAGES / f"{name}.png", optimize=True)
    sys.stdout.write(f"{name}.png\n")


@contextmanager
def demo_street() -> Iterator[str]:
    """A demo of its own on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("pointsvc")), "demo", "--port", str(port)]
        server = subprocess.Popen(  # noqa: S603 - our own command
            command,
            env=os.environ | {"POINTSVC_INSTANCE": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def wait_for(address: str) -> None:
    """Until the server answers, a minute at most."""
    for _try in range(120):
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - loopback
        except OSError:
            time.sleep(0.5)
        else:
            return
    message = f"{address} did not answer"
    raise TimeoutError(message)


if __name__ == "__main__":
    main()
