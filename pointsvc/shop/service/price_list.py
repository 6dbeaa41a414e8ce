"""Bringing a shop's catalogue up to a price list, as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from pointsvc.extensions import db
from pointsvc.shop.errors import ProductExists
from pointsvc.shop.models import Product, ProductPrice
from pointsvc.shop.service.catalogue import (
    CatalogueRow,
    apply_row,
    clean_row,
    first_price,
    new_product,
)


@dataclass(frozen=True, slots=True)
class Upserted:
    """What a price list changed. `product_ids` stand in the order of the rows."""

    created: int
    changed: int
    unchanged: int
    product_ids: tuple[UUID, ...]


def upsert_products(
    *,
    community_id: UUID,
    shop_id: UUID,
    rows: Sequence[CatalogueRow],
    set_by_id: UUID | None,
    now: datetime,
) -> Upserted:
    """Bring a shop's catalogue up to a price list; twice is the same as once.

    An open product is recognised by its barcode, else by name and pack. What differs is taken from
    the list (a barcode, category or level is kept where it has none), and another price is a new version.
    Nothing is closed. New rows are written in two statements, however many.

    Raises:
        BarcodeRefused, Invalid: a row does not fit; `catalogue.clean_row` tells beforehand.
        ProductExists: a row's barcode is one product's and its name and pack another's.
    """
    known = _Known()
    for product in _open_products(community_id, shop_id):
        known.add(product.id, product.barcode, product.name, product.pack, product)
    new: list[dict[str, Any]] = []
    changed: set[UUID] = set()
    ids: list[UUID] = []
    for row in map(clean_row, rows):
        found = known.find(row)
        if found is None:
            new.append(new_product(community_id, shop_id, row, now))
            found = known.add(new[-1]["id"], row.barcode, row.name, row.pack, None)
        elif found.product is not None:
            kept = _kept(row, found.product)
            if apply_row(found.product, kept, set_by_id, now):
                changed.add(found.id)
        ids.append(found.id)
    if new:
        db.session.execute(insert(Product), new)
        prices = [first_price(product, set_by_id, now) for product in new]
        db.session.execute(insert(ProductPrice), prices)
    unchanged = len(set(ids)) - len(changed) - len(new)
    return Upserted(len(new), len(changed), unchanged, tuple(ids))


def _kept(row: CatalogueRow, product: Product) -> CatalogueRow:
    """The row with what a price list does not say."""
    return replace(
        row,
        barcode=row.barcode or product.barcode,
        category=row.category or product.category,
        reorder_level=row.reorder_level or product.reorder_level,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    id: UUID
    product: Product | None


@dataclass(slots=True)
class _Known:
    """Products by barcode and by name; those that the list itself adds have no row yet."""

    by_barcode: dict[str, _Found] = field(default_factory=dict)
    by_name: dict[tuple[str, str], _Found] = field(default_factory=dict)

    def add(
        self, product_id: UUID, barcode: str | None, name: str, pack: str, product: Product | None
    ) -> _Found:
        found = _Found(product_id, product)
        self.by_name[name, pack] = found
        if barcode is not None:
            self.by_barcode[barcode] = found
        return found

    def find(self, row: CatalogueRow) -> _Found | None:
        named = self.by_name.get((row.name, row.pack))
        coded = self.by_barcode.get(row.barcode) if row.barcode else None
        if named and coded and named.id != coded.id:
            raise ProductExists
        return coded or named


def _open_products(community_id: UUID, shop_id: UUID) -> Sequence[Product]:
    wanted = (
        select(Product)
        .where(
            Product.community_id == community_id,
            Product.shop_id == shop_id,
            Product.closed_at.is_(None),
        )
        .order_by(Product.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(wanted).all()
