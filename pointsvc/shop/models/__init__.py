"""The tables of the points shop."""

from pointsvc.shop.models.catalogue import Product, ProductPrice
from pointsvc.shop.models.donations import Donation, DonationLine
from pointsvc.shop.models.giving import (
    DonationDetail,
    DonorCode,
    GiftValue,
    GoodsIssue,
    PurposeChange,
)
from pointsvc.shop.models.money import Purchase, PurchaseLine, Sponsorship, Supplier
from pointsvc.shop.models.orders import Order, OrderLine, Refund, RefundLine
from pointsvc.shop.models.stock import Batch, StockMovement, StockTake

__all__ = [
    "Batch",
    "Donation",
    "DonationDetail",
    "DonationLine",
    "DonorCode",
    "GiftValue",
    "GoodsIssue",
    "Order",
    "OrderLine",
    "Product",
    "ProductPrice",
    "Purchase",
    "PurchaseLine",
    "PurposeChange",
    "Refund",
    "RefundLine",
    "Sponsorship",
    "StockMovement",
    "StockTake",
    "Supplier",
]
