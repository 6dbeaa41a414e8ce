"""The shop's pages: the counter, orders and refunds, goods and stock, donations, the window."""

from pointsvc.shop.pages import (
    counter,
    counts,
    dates,
    donations,
    limits,
    moving,
    orders,
    pictures,
    products,
    refunds,
    stock,
    wanted,
    window,
)
from pointsvc.shop.pages.desk import blueprint

__all__ = [
    "blueprint",
    "counter",
    "counts",
    "dates",
    "donations",
    "limits",
    "moving",
    "orders",
    "pictures",
    "products",
    "refunds",
    "stock",
    "wanted",
    "window",
]
