"""The catalogue: products, the versions of their prices, the monthly limit of a household."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select

from pointsvc.audit.actors import Actor, member_actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.pinyin import initials, sort_key
from pointsvc.shop.errors import ProductExists, StillInStock
from pointsvc.shop.models import Product, ProductPrice
from pointsvc.shop.rules import POINTS_MAX, normal_barcode

NAME_MAX: Final = 80
PACK_MAX: Final = 40
CATEGORY_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """What a product is: barcode, name, pack (规格), points, units a household may have a month.

    `reorder_level`: from so many on hand downwards it is on the list of what to buy.
    """

    barcode: str | None
    name: str
    pack: str
    price_points: int
    limit_household_month: int | None = None
    category: str | None = None
    reorder_level: int | None = None


def create_product(
    *, community_id: UUID, shop_id: UUID, row: CatalogueRow, set_by_id: UUID | None, now: datetime
) -> UUID:
    """Put a product into the catalogue; its price is version 1.

    Raises:
        ProductExists: an open product has this barcode, or this name and pack.
        BarcodeRefused, Invalid: see `clean_row`.
    """
    row = clean_row(row)
    if _find_same(community_id, shop_id, row):
        raise ProductExists
    product = new_product(community_id, shop_id, row, now)
    db.session.execute(insert(Product), [product])
    db.session.execute(insert(ProductPrice), [first_price(product, set_by_id, now)])
    note(
        community_id=community_id,
        actor=member_actor(set_by_id),
        action="shop.product_created",
        subject_id=product["id"],
        now=now,
        detail=_facts(row),
    )
    return product["id"]  # type: ignore[no-any-return]


def edit_product(
    *, community_id: UUID, product_id: UUID, row: CatalogueRow, set_by_id: UUID, now: datetime
) -> None:
    """Change a product; another price is a new version, and orders keep the one they paid (S2).

    Raises:
        NotFound, ProductExists, BarcodeRefused, Invalid.
    """
    row = clean_row(row)
    product = lock_product(community_id, product_id)
    same = _find_same(community_id, product.shop_id, row) - {product_id}
    if same and product.closed_at is None:
        raise ProductExists
    apply_row(product, row, set_by_id, now)
    note(
        community_id=community_id,
        actor=Actor("member", set_by_id),
        action="shop.product_edited",
        subject_id=product_id,
        now=now,
        detail=_facts(row),
    )


def close_product(
    *, community_id: UUID, product_id: UUID, closed_by_id: UUID, now: datetime
) -> None:
    """Take a product off the catalogue; doing it twice is doing it once.

    Raises:
        NotFound; StillInStock: units are on hand.
    """
    product = lock_product(community_id, product_id)
    if product.closed_at is not None:
        return
    if product.on_hand:
        raise StillInStock(on_hand=product.on_hand)
    product.closed_at = now
    note(
        community_id=community_id,
        actor=Actor("member", closed_by_id),
        action="shop.product_closed",
        subject_id=product_id,
        now=now,
    )


def reopen_product(
    *, community_id: UUID, product_id: UUID, reopened_by_id: UUID, now: datetime
) -> None:
    """Put a product back into the catalogue as it was; doing it twice is doing it once.

    Raises:
        NotFound; ProductExists: an open one has its barcode, or its name and pack, by now.
    """
    product = lock_product(community_id, product_id)
    if product.closed_at is None:
        return
    row = CatalogueRow(product.barcode, product.name, product.pack, product.price_points)
    if _find_same(community_id, product.shop_id, row):
        raise ProductExists
    product.closed_at = None
    note(
        community_id=community_id,
        actor=Actor("member", reopened_by_id),
        action="shop.product_reopened",
        subject_id=product_id,
        now=now,
    )
    db.session.flush()


def clean_row(row: CatalogueRow) -> CatalogueRow:
    """The row as it is stored.

    Raises:
        BarcodeRefused: the barcode is none.
        Invalid: no name, or a price or limit out of range; `errors` names the field.
    """
    name, pack = " ".join(row.name.split()), " ".join(row.pack.split())
    category = " ".join((row.category or "").split()) or None
    errors = {}
    if not 1 <= len(name) <= NAME_MAX:
        errors["name"] = [_("请填名称，最多 80 个字。")]
    if len(pack) > PACK_MAX:
        errors["pack"] = [_("规格最多 40 个字。")]
    if type(row.price_points) is not int or not 1 <= row.price_points <= POINTS_MAX:
        errors["price_points"] = [_("所需积分须为 1 至 1,000,000 的整数。")]
    if len(category or "") > CATEGORY_MAX:
        errors["category"] = [_("分类最多 20 个字。")]
    level = row.reorder_level
    if level is not None and (type(level) is not int or not 1 <= level <= POINTS_MAX):
        errors["reorder_level"] = [_("补货线须为正整数，不用就留空。")]
    limit = row.limit_household_month
    if limit is not None and (type(limit) is not int or not 1 <= limit <= POINTS_MAX):
        errors["limit_household_month"] = [_("每户每月限兑须为正整数，不限就留空。")]
    if errors:
        raise Invalid(errors)
    barcode = normal_barcode(row.barcode)
    return CatalogueRow(barcode, name, pack, row.price_points, limit, category, level)


def lock_product(community_id: UUID, product_id: UUID) -> Product:
    """The product, locked until commit. Raises NotFound."""
    product = db.session.scalars(
        select(Product)
        .where(Product.community_id == community_id, Product.id == product_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if product is None:
        raise NotFound
    return product


def _find_same(community_id: UUID, shop_id: UUID, row: CatalogueRow) -> set[UUID]:
    is_same = (Product.name == row.name) & (Product.pack == row.pack)
    if row.barcode is not None:
        is_same = is_same | (Product.barcode == row.barcode)
    found = select(Product.id).where(
        Product.community_id == community_id,
        Product.shop_id == shop_id,
        Product.closed_at.is_(None),
        is_same,
    )
    return set(db.session.scalars(found))


def apply_row(product: Product, row: CatalogueRow, set_by_id: UUID | None, now: datetime) -> bool:
    """Take over what differs, another price as a new version; whether anything did."""
    after = {name: getattr(row, name) for name in _KEPT} | _spoken(row.name, row.pack)
    is_same = all(getattr(product, name) == value for name, value in after.items())
    if is_same and product.price_points == row.price_points:
        return False
    for name, value in after.items():
        setattr(product, name, value)
    if product.price_points != row.price_points:
        set_price(product, row.price_points, set_by_id, now)
    db.session.flush()
    return True


_KEPT: Final = ("barcode", "name", "pack", "limit_household_month", "category", "reorder_level")


def set_price(product: Product, price_points: int, set_by_id: UUID | None, now: datetime) -> int:
    """Another price of a locked product: its next version, which is returned."""
    product.price_points = price_points
    product.price_version += 1
    db.session.add(
        ProductPrice(
            community_id=product.community_id,
            id=new_id(),
            product_id=product.id,
            version=product.price_version,
            price_points=price_points,
            set_by_id=set_by_id,
            set_at=now,
        )
    )
    return product.price_version


def _spoken(name: str, pack: str) -> dict[str, str]:
    """How it is read: what it is sorted by, and found by."""
    label = f"{name} {pack}"
    return {"sort_key": sort_key(label), "initials": initials(label)}


def new_product(
    community_id: UUID, shop_id: UUID, row: CatalogueRow, now: datetime
) -> dict[str, Any]:
    """The columns of a new product."""
    return {
        "community_id": community_id,
        "id": new_id(),
        "shop_id": shop_id,
        "barcode": row.barcode,
        "name": row.name,
        "pack": row.pack,
        "price_points": row.price_points,
        "price_version": 1,
        "on_hand": 0,
        "limit_household_month": row.limit_household_month,
        "category": row.category,
        "reorder_level": row.reorder_level,
        **_spoken(row.name, row.pack),
        "closed_at": None,
        "created_at": now,
    }


def first_price(product: dict[str, Any], set_by_id: UUID | None, now: datetime) -> dict[str, Any]:
    """The columns of a new product's first price version."""
    return {
        "community_id": product["community_id"],
        "id": new_id(),
        "product_id": product["id"],
        "version": product["price_version"],
        "price_points": product["price_points"],
        "set_by_id": set_by_id,
        "set_at": now,
    }


def _facts(row: CatalogueRow) -> dict[str, int | None]:
    return {"price_points": row.price_points, "limit": row.limit_household_month}
