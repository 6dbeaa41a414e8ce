"""Products and the versions of their prices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, references, unique_where


class Product(InCommunity, Base):
    """Something that a shop exchanges for points. S1: `on_hand` is the sum of its batches, ≥ 0.

    `reserved` of them wait for somebody: the counter sells only what is left (S1).
    `price_points` is that of the newest price version. The head row is locked before its batches.
    Open products of a shop differ in barcode, and in name and pack. `sort_key` and `initials` are
    how name and pack are read (`kernel.pinyin`); from `reorder_level` on hand downwards it is bought.
    """

    __tablename__ = "products"
    __table_args__ = (
        references("shop_id", "places"),
        unique_where(
            "uq_products_barcode",
            "shop_id",
            "barcode",
            where="barcode IS NOT NULL AND closed_at IS NULL",
        ),
        unique_where("uq_products_name", "shop_id", "name", "pack", where="closed_at IS NULL"),
        CheckConstraint("price_points BETWEEN 1 AND 1000000", name="price_range"),
        CheckConstraint("on_hand >= 0", name="on_hand_floor"),
        CheckConstraint("limit_household_month > 0", name="limit_positive"),
        at_most("name", 80),
        at_most("pack", 40),
        at_most("barcode", 32),
        at_most("category", 20),
        CheckConstraint("reorder_level BETWEEN 1 AND 1000000", name="reorder_level_range"),
        Index("ix_products_shop", "community_id", "shop_id", "closed_at", "sort_key", "id"),
    )

    shop_id: Mapped[UUID]
    barcode: Mapped[str | None]
    name: Mapped[str]
    pack: Mapped[str]
    price_points: Mapped[int]
    price_version: Mapped[int]
    on_hand: Mapped[int]
    reserved: Mapped[int] = mapped_column(
        CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved_within"),
        server_default=text("0"),
    )
    limit_household_month: Mapped[int | None]
    category: Mapped[str | None]
    reorder_level: Mapped[int | None]
    sort_key: Mapped[str]
    initials: Mapped[str]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ProductPrice(InCommunity, Base):
    """One version of a product's price. Append-only."""

    __tablename__ = "product_prices"
    __table_args__ = (
        references("product_id", "products"),
        UniqueConstraint("community_id", "product_id", "version", name="uq_product_prices_version"),
        CheckConstraint("price_points BETWEEN 1 AND 1000000", name="price_range"),
    )

    product_id: Mapped[UUID]
    version: Mapped[int]
    price_points: Mapped[int]
    set_by_id: Mapped[UUID | None]
    set_at: Mapped[datetime]


class Markdown(InCommunity, Base):
    """A price lowered before goods expire (临期特价), for as long as a batch lasts. One at a time.

    `version` is the price version that it made and `regular_points` what comes back after it. It is in
    force while the product stands at `version`: whoever sets another price meanwhile has ended it.
    """

    __tablename__ = "markdowns"
    __table_args__ = (
        references("product_id", "products"),
        references("batch_id", "batches"),
        UniqueConstraint("community_id", "product_id", "version", name="uq_markdowns_version"),
        unique_where("uq_markdowns_running", "product_id", where="ended_at IS NULL"),
        CheckConstraint("regular_points BETWEEN 1 AND 1000000", name="regular_range"),
        at_most("reason", 200),
        Index("ix_markdowns_batch", "community_id", "batch_id"),
    )

    product_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    version: Mapped[int]
    regular_points: Mapped[int]
    reason: Mapped[str]
    begun_by_id: Mapped[UUID]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
