"""The shop's pages: the counter, orders and refunds, goods and stock, donations, the window."""

from pointsvc.shop.pages import (
    counter,
    donations,
    given,
    money,
    new_donation,
    orders,
    pictures,
    products,
    purchases,
    refunds,
    restricted,
    stock,
    window,
)
from pointsvc.shop.pages.desk import blueprint

__all__ = [
    "blueprint",
    "counter",
    "donations",
    "given",
    "money",
    "new_donation",
    "orders",
    "pictures",
    "products",
    "purchases",
    "refunds",
    "restricted",
    "stock",
    "window",
]
