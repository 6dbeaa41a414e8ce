"""The tables of the points shop."""

from pointsvc.shop.models.catalogue import Product, ProductPrice
from pointsvc.shop.models.donations import Donation, DonationLine
from pointsvc.shop.models.exchange_days import ExchangeDay, ExchangeGood, ExchangeSlot, Wish
from pointsvc.shop.models.orders import Order, OrderLine, Refund, RefundLine
from pointsvc.shop.models.reservations import Hold, Pickup, Reservation
from pointsvc.shop.models.stock import Batch, StockMovement, StockTake

__all__ = [
    "Batch",
    "Donation",
    "DonationLine",
    "ExchangeDay",
    "ExchangeGood",
    "ExchangeSlot",
    "Hold",
    "Order",
    "OrderLine",
    "Pickup",
    "Product",
    "ProductPrice",
    "Refund",
    "RefundLine",
    "Reservation",
    "StockMovement",
    "StockTake",
    "Wish",
]
