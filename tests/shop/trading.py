"""One of everything that can happen in a shop, for tests of pages and addresses."""

from __future__ import annotations

from werkzeug.test import Client

from tests.shop.asking import help_each_other
from tests.shop.asking_stock import ask_waste
from tests.shop.conftest import Shop
from tests.shop.giving import leave_gifts
from tests.shop.sharing import keep_and_share
from tests.shop.stockrooms import leave_stock_traces


def trade(shop: Shop, client: Client) -> None:
    """李梅 buys two soaps and brings one back; gifts come in, goods are kept, moved and counted."""
    batch_id = shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    order = shop.buy(shop.cast.limei, (shop.soap, 2))
    [line] = shop.lines(order.order_id)
    shop.refund(order.order_id, (line.id, 1))
    leave_gifts(shop, client)
    help_each_other(shop, order.order_id)
    keep_and_share(shop)
    leave_stock_traces(shop)
    ask_waste(shop, batch_id, 1)
