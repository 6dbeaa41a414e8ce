"""The shop's pages: the counter, orders and refunds, goods and stock, donations, the window, kept goods."""

from pointsvc.shop.pages import (
    counter,
    donations,
    exchange_days,
    orders,
    pickups,
    products,
    queue,
    refunds,
    reservations,
    stock,
    window,
    wishes,
)
from pointsvc.shop.pages.desk import blueprint

__all__ = [
    "blueprint",
    "counter",
    "donations",
    "exchange_days",
    "orders",
    "pickups",
    "products",
    "queue",
    "refunds",
    "reservations",
    "stock",
    "window",
    "wishes",
]
