"""The API's page: readable for everyone, and what it sends is what its forms say."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_documentation_is_accessible(
    phone_page: Page, check_page: Callable[[Page], None], parts_address: str
) -> None:
    phone_page.goto(f"{parts_address}/docs")
    phone_page.locator("details.operation summary").click()
    check_page(phone_page)


def test_a_call_can_be_tried(desktop_page: Page, parts_address: str) -> None:
    desktop_page.goto(f"{parts_address}/docs")
    desktop_page.locator("details.operation summary").click()
    desktop_page.get_by_label("shift_id").fill("a/b")
    desktop_page.get_by_label("attendance_id").fill("7")
    desktop_page.get_by_role("button", name="发送").click()
    expect(desktop_page.locator("[data-status]")).to_have_text("200 OK")
    answer = json.loads(desktop_page.locator("[data-text]").inner_text())
    assert answer["path"] == "v1/shifts/a/b/attendances/7/corrections"
    assert answer["json"] == {"minutes": 1, "on": "2026-11-23", "lines": [{"note": "…"}]}
    assert len(answer["key"]) == 36


def test_the_documentation_reads_without_scripts(
    open_page: Callable[..., Page], parts_address: str
) -> None:
    page = open_page(scripts=False)
    page.goto(f"{parts_address}/docs")
    page.locator("details.operation summary").click()
    expect(page.get_by_text("A refusal")).to_be_visible()
    expect(page.locator("form[data-try]")).to_be_hidden()
