"""The tables of the points shop."""

from pointsvc.shop.models.catalogue import Markdown, Product, ProductPrice
from pointsvc.shop.models.corrections import CorrectedInvoice, CorrectedLine
from pointsvc.shop.models.counts import StockCount, StockCountEntry
from pointsvc.shop.models.deliveries import HomeDelivery
from pointsvc.shop.models.donations import Donation, DonationLine
from pointsvc.shop.models.exchange_days import ExchangeDay, ExchangeGood, ExchangeSlot, Wish
from pointsvc.shop.models.giving import (
    DonationDetail,
    DonorCode,
    GiftValue,
    GoodsIssue,
    PurposeChange,
)
from pointsvc.shop.models.heads import CorrectedHead
from pointsvc.shop.models.limits import LineLimit, PurchaseLimit
from pointsvc.shop.models.money import Purchase, PurchaseLine, Sponsorship, Supplier
from pointsvc.shop.models.orders import Order, OrderLine, Refund, RefundLine
from pointsvc.shop.models.proxies import Proxy, ProxyPickup
from pointsvc.shop.models.requests import ShopRequest, ShopRequestLine
from pointsvc.shop.models.reservations import Hold, HoldLimit, Pickup, Reservation
from pointsvc.shop.models.stock import Batch, StockMovement, StockTake, StockTransfer, StockWarning
from pointsvc.shop.models.stock_requests import StockRequest
from pointsvc.shop.models.wanted import WantedGoods

__all__ = [
    "Batch",
    "CorrectedHead",
    "CorrectedInvoice",
    "CorrectedLine",
    "Donation",
    "DonationDetail",
    "DonationLine",
    "DonorCode",
    "ExchangeDay",
    "ExchangeGood",
    "ExchangeSlot",
    "GiftValue",
    "GoodsIssue",
    "Hold",
    "HoldLimit",
    "HomeDelivery",
    "LineLimit",
    "Markdown",
    "Order",
    "OrderLine",
    "Pickup",
    "Product",
    "ProductPrice",
    "Proxy",
    "ProxyPickup",
    "Purchase",
    "PurchaseLimit",
    "PurchaseLine",
    "PurposeChange",
    "Refund",
    "RefundLine",
    "Reservation",
    "ShopRequest",
    "ShopRequestLine",
    "Sponsorship",
    "StockCount",
    "StockCountEntry",
    "StockMovement",
    "StockRequest",
    "StockTake",
    "StockTransfer",
    "StockWarning",
    "Supplier",
    "WantedGoods",
    "Wish",
]
