"""Goods with a purpose in a real browser: a key or the same card says yes, another card does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page, expect

from tests.browser.test_counter import left, shoot
from tests.shop.conftest import Shop, raise_shop
from tests.shop.giving import ELDERS, Giving
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


@pytest.fixture
def shop(served: Served, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    """Nothing on the shelf yet."""
    return raise_shop(served.cast)


def fill(page: Page, card: str | None) -> None:
    """Two for whoever holds the card, or for two people who have none; Enter."""
    page.fill("#field-quantity", "2")
    if card:
        shoot(page, card)
    else:
        page.fill("#field-people", "2")
        page.fill("#field-recipient", "5 号楼的独居老人")
    page.locator("#field-quantity").press("Enter")
    expect(page.get_by_role("heading", name="发放前再看一眼")).to_be_visible()
    expect(page.get_by_text(ELDERS)).to_be_visible()


@pytest.mark.parametrize("has_card", [True, False])
def test_a_gun_says_yes_only_for_the_person_it_scanned(
    shop: Shop,
    served: Served,
    desktop_page: Page,
    check_page: Callable[[Page], None],
    has_card: bool,
) -> None:
    page, batch_id = desktop_page, Giving(shop).restricted(5)
    limei, other = shop.card(shop.cast.limei), shop.card(shop.cast.liuyang)
    served.sign_in(page, served.cast.zhangdian)
    served.open(page, f"/shop/batches/{batch_id}/issue")
    fill(page, limei if has_card else None)
    check_page(page)
    shoot(page, limei if has_card else other)
    if not has_card:
        page.wait_for_timeout(300)
        assert left(shop, shop.soap) == 5
        page.get_by_role("button", name="符合用途，发放").press("Enter")
    expect(page.get_by_role("heading", name="发放单 1")).to_be_visible()
    assert left(shop, shop.soap) == 3
