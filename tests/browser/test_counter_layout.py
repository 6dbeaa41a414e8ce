"""Nothing at the counter lies under the bar with the total, whatever the screen and the mode."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page, expect

from tests.browser.test_counter import shoot, shoot_goods
from tests.shop.conftest import RICE, SOAP, Shop, raise_shop
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
COVERED = """() => {
  const bar = document.querySelector("#pay").getBoundingClientRect();
  return [...document.querySelectorAll("#field-scan, .till-line, .till-work > .notice")]
    .map((part) => part.getBoundingClientRect())
    .filter((part) => part.bottom > bar.top + 1 && part.top < bar.bottom).length;
}"""


@pytest.fixture
def shop(served: Served, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    """Soap and rice on the shelf, points with 李梅."""
    shop = raise_shop(served.cast)
    shop.stock(shop.soap, 50)
    shop.stock(shop.rice, 10)
    shop.points(served.cast.limei, 1000)
    return shop


@pytest.mark.parametrize("mode", ["standard", "elder"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_the_bar_covers_neither_the_goods_nor_the_scan_box(
    shop: Shop,
    served: Served,
    open_page: Callable[..., Page],
    mode: str,
    width: int,
    height: int,
) -> None:
    page = open_page(width=width, height=height)
    served.sign_in(page, served.cast.zhangdian)
    page.context.add_cookies([{"name": "mode", "value": mode, "url": served.url}])
    served.open(page, "/shop")
    shoot(page, shop.code(shop.cast.limei))
    expect(page.locator("#goods")).to_be_visible()
    shoot_goods(page, SOAP.barcode, shop.soap, 1)
    shoot_goods(page, RICE.barcode, shop.rice, 1)
    assert page.evaluate("document.documentElement.dataset.mode") == mode
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate(COVERED) == 0
