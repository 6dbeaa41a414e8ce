"""The tables of the points shop."""

from pointsvc.shop.models.catalogue import Markdown, Product, ProductPrice
from pointsvc.shop.models.counts import StockCount, StockCountEntry
from pointsvc.shop.models.donations import Donation, DonationLine
from pointsvc.shop.models.limits import LineLimit, PurchaseLimit
from pointsvc.shop.models.orders import Order, OrderLine, Refund, RefundLine
from pointsvc.shop.models.stock import Batch, StockMovement, StockTake, StockTransfer, StockWarning
from pointsvc.shop.models.wanted import WantedGoods

__all__ = [
    "Batch",
    "Donation",
    "DonationLine",
    "LineLimit",
    "Markdown",
    "Order",
    "OrderLine",
    "Product",
    "ProductPrice",
    "PurchaseLimit",
    "Refund",
    "RefundLine",
    "StockCount",
    "StockCountEntry",
    "StockMovement",
    "StockTake",
    "StockTransfer",
    "StockWarning",
    "WantedGoods",
]
