"""Kept goods and exchange days in a real browser: readable and reachable, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page

from tests.shop.conftest import raise_shop
from tests.shop.sharing import Sharing
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
PAGES: Final = (
    "/shop/pickups",
    "/shop/reservations",
    "/shop/reservations/new",
    "/shop/reservations/mine",
    "/shop/products/{product}/reserve",
    "/shop/exchange-day",
    "/shop/days",
    "/shop/days/new",
    "/shop/days/{day}",
    "/shop/days/{day}/draw",
    "/shop/days/{day}/list",
    "/shop/screen",
)


def keep_and_wish(served: Served) -> dict[str, UUID]:
    """张店 has soap kept, and wishes for some on an exchange day."""
    shop = raise_shop(served.cast)
    shop.stock(shop.soap, 10)
    shop.points(served.cast.zhangdian, 400)
    sharing = Sharing(shop)
    day_id = sharing.plan((shop.soap, 2))
    sharing.keeping.book(served.cast.zhangdian, (shop.soap, 1))
    sharing.wish(day_id, served.cast.zhangdian, shop.soap)
    return {"product": shop.soap, "day": day_id}


def test_every_page_of_kept_goods_is_readable_and_reachable(
    served: Served,
    database: SQLAlchemy,  # noqa: ARG001 - the shop needs its context
    open_page: Callable[..., Page],
    check_page: Callable[[Page], None],
) -> None:
    ids = keep_and_wish(served)
    page = open_page()
    served.sign_in(page, served.cast.zhangdian)
    for path in PAGES:
        served.open(page, path.format(**ids))
        check_page(page)
