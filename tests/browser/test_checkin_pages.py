"""The leader's afternoon in a real browser, one hand free."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


def test_a_volunteer_sees_the_own_page(served: Served, phone_page: Page) -> None:
    served.sign_in(phone_page, served.cast.limei)
    served.open(phone_page, "/me")
    expect(phone_page.get_by_role("heading", level=1)).to_contain_text("李梅")
