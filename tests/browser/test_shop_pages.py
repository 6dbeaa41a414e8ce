"""The shop's other pages in a real browser: readable and reachable, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page

from tests.shop.conftest import Shop, raise_shop
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
PAGES: Final = (
    "/shop/orders",
    "/shop/orders/{order}",
    "/shop/orders/{order}/receipt",
    "/shop/orders/{order}/refund",
    "/shop/products",
    "/shop/products/new",
    "/shop/products/{product}",
    "/shop/products/{product}/intake",
    "/shop/batches/{batch}/waste",
    "/shop/batches/{batch}/count",
    "/shop/donations/new",
    "/shop/window",
)


@pytest.fixture
def shop(served: Served, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    """Soap on the shelf, points with 李梅."""
    shop = raise_shop(served.cast)
    shop.points(served.cast.limei, 1000)
    return shop


def test_every_page_is_readable_and_reachable(
    shop: Shop,
    served: Served,
    open_page: Callable[..., Page],
    check_page: Callable[[Page], None],
) -> None:
    ids = {"product": shop.soap, "batch": shop.stock(shop.soap, 10)}
    ids["order"] = shop.buy(served.cast.limei, (shop.soap, 1)).order_id
    page = open_page()
    served.sign_in(page, served.cast.zhangdian)
    for path in PAGES:
        served.open(page, path.format(**ids))
        check_page(page)
