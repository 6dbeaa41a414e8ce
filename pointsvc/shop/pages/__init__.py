"""The shop's pages: the counter, orders and refunds, goods and stock, donations, the window."""

from pointsvc.shop.pages import (
    counter,
    donations,
    orders,
    products,
    proxies,
    refunds,
    requests,
    stock,
    window,
)
from pointsvc.shop.pages.desk import blueprint

__all__ = [
    "blueprint",
    "counter",
    "donations",
    "orders",
    "products",
    "proxies",
    "refunds",
    "requests",
    "stock",
    "window",
]
