"""The verbs of the shop. All join the caller's transaction and are retryable from the top."""

from pointsvc.shop.service.catalogue import (
    CatalogueRow,
    clean_row,
    close_product,
    create_product,
    edit_product,
    reopen_product,
)
from pointsvc.shop.service.donations import (
    DonatedLine,
    DonationReceipt,
    HistoricDonation,
    HistoricLine,
    record_donation,
    record_donation_history,
)
from pointsvc.shop.service.orders import OrderReceipt, place_order, place_orders
from pointsvc.shop.service.price_list import Upserted, upsert_products
from pointsvc.shop.service.refunds import RefundReceipt, ReturnedLine, refund_order
from pointsvc.shop.service.stock import Arrival, record_count, take_in, write_off

__all__ = [
    "Arrival",
    "CatalogueRow",
    "DonatedLine",
    "DonationReceipt",
    "HistoricDonation",
    "HistoricLine",
    "OrderReceipt",
    "RefundReceipt",
    "ReturnedLine",
    "Upserted",
    "clean_row",
    "close_product",
    "create_product",
    "edit_product",
    "place_order",
    "place_orders",
    "record_count",
    "record_donation",
    "record_donation_history",
    "refund_order",
    "reopen_product",
    "take_in",
    "upsert_products",
    "write_off",
]
