"""The tables of the points shop."""

from pointsvc.shop.models.catalogue import Product, ProductPrice
from pointsvc.shop.models.donations import Donation, DonationLine
from pointsvc.shop.models.orders import Order, OrderLine, Refund, RefundLine
from pointsvc.shop.models.stock import Batch, StockMovement, StockTake

__all__ = [
    "Batch",
    "Donation",
    "DonationLine",
    "Order",
    "OrderLine",
    "Product",
    "ProductPrice",
    "Refund",
    "RefundLine",
    "StockMovement",
    "StockTake",
]
