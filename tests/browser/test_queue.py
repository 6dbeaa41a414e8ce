"""Twenty people in a row: no scan is lost, none is sent twice, whatever the gun's pace."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from playwright.sync_api import Page, Request, expect

pytestmark = pytest.mark.browser
CODES = ["ABCDE00001", "ABCDE00002", "ABCDE00003"]
SHOOT = """(codes) => codes.forEach((code) => [...code, "Enter"].forEach((key) =>
  document.body.dispatchEvent(new KeyboardEvent("keydown",
    { key, bubbles: true, cancelable: true }))))"""


@pytest.fixture
def queue(phone_page: Page, parts_address: str) -> Page:
    """A page that checks people in without being loaded anew."""
    phone_page.goto(f"{parts_address}/queue")
    phone_page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")
    return phone_page


@pytest.fixture
def posts(queue: Page) -> list[dict[str, list[str]]]:
    """What the page sends."""
    sent: list[dict[str, list[str]]] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(parse_qs(request.post_data or ""))

    queue.on("request", note)
    return sent


def test_codes_that_come_too_fast_wait_their_turn(
    queue: Page, posts: list[dict[str, list[str]]]
) -> None:
    queue.evaluate(SHOOT, CODES)
    expect(queue.locator("#verdict")).to_have_text(CODES[-1])
    assert [one["code"] for one in posts] == [[code] for code in CODES]
    expect(queue.get_by_label("编号")).to_have_value("")


def test_each_scan_has_an_id_of_its_own(queue: Page, posts: list[dict[str, list[str]]]) -> None:
    queue.evaluate(SHOOT, CODES)
    expect(queue.locator("#verdict")).to_have_text(CODES[-1])
    ids = [UUID(one["scan_id"][0]) for one in posts]
    assert len(set(ids)) == len(CODES)
    assert {one.version for one in ids} == {7}


def test_a_trigger_held_down_sends_once(queue: Page, posts: list[dict[str, list[str]]]) -> None:
    queue.evaluate(SHOOT, [CODES[0], CODES[0]])
    expect(queue.locator("#verdict")).to_have_text(CODES[0])
    queue.wait_for_timeout(600)
    assert len(posts) == 1


def test_while_a_question_is_open_no_code_passes_behind_it(
    queue: Page, posts: list[dict[str, list[str]]]
) -> None:
    queue.get_by_role("button", name="收班").click()
    queue.evaluate(SHOOT, CODES)
    queue.wait_for_timeout(300)
    assert posts == []


def test_without_scripts_the_queue_goes_page_by_page(
    open_page: Callable[..., Page], parts_address: str
) -> None:
    page = open_page(scripts=False)
    page.goto(f"{parts_address}/queue")
    page.get_by_label("编号").fill(CODES[0])
    page.get_by_role("button", name="签到").click()
    assert page.inner_text("body") == CODES[0]
