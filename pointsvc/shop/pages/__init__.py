"""The shop's pages: the counter, orders and refunds, goods and stock, donations, the window."""

from pointsvc.shop.pages import (
    closing,
    counter,
    deliveries,
    donations,
    orders,
    products,
    proxies,
    refunds,
    requests,
    stock,
    unusual,
    window,
)
from pointsvc.shop.pages.desk import blueprint

__all__ = [
    "blueprint",
    "closing",
    "counter",
    "deliveries",
    "donations",
    "orders",
    "products",
    "proxies",
    "refunds",
    "requests",
    "stock",
    "unusual",
    "window",
]
