"""Reading the catalogue: the price list, the search at the counter, price versions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.paging import PAGE_LENGTH, Page, PageUnknown, open_cursor, seal_cursor
from pointsvc.kernel.pinyin import sort_key
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.shop.models import Markdown, Product, ProductPrice
from pointsvc.shop.rules import POINTS_MAX

PRODUCTS_MAX = 5000
SUGGESTIONS_MAX = 12
ProductOrder = Literal["name", "price", "stock"]
_KEYS: Final[dict[ProductOrder, InstrumentedAttribute[Any]]] = {
    "name": Product.sort_key,
    "price": Product.price_points,
    "stock": Product.on_hand,
}

_COLUMNS: Final = (  # of `ProductFacts`, in its order
    Product.id,
    Product.shop_id,
    Product.barcode,
    Product.name,
    Product.pack,
    Product.price_points,
    Product.price_version,
    Product.on_hand,
    Product.limit_household_month,
    Product.closed_at,
    Product.category,
    Product.reorder_level,
    Product.reserved,
)


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product; `limit` is units for a household and month, None for no limit.

    `marked_batch_id`: the price is lowered for as long as this batch lasts (only `products_by_id`).
    """

    id: UUID
    shop_id: UUID
    barcode: str | None
    name: str
    pack: str
    price_points: int
    price_version: int
    on_hand: int
    limit: int | None
    closed_at: datetime | None
    category: str | None = None
    reorder_level: int | None = None
    reserved: int = 0
    marked_batch_id: UUID | None = None

    @property
    def label(self) -> str:
        """Name and pack, as people say it."""
        return f"{self.name} {self.pack}".strip()


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """One version of a price."""

    version: int
    price_points: int
    set_by_id: UUID | None
    set_at: datetime


def get_product(community_id: UUID, product_id: UUID) -> ProductFacts:
    """The product, open or closed. Raises NotFound."""
    row = db.session.execute(_products(community_id).where(Product.id == product_id)).one_or_none()
    if row is None:
        raise NotFound
    return _facts(row)


def products_by_id(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, ProductFacts]:
    """Those of the ids that are products here, closed ones included."""
    rows = fetch(_by_id(), community_id=community_id, ids=list(ids))
    return {row.id: _facts(row) for row in rows}


@prepared
def _by_id(among: Among) -> Select[*tuple[Any, ...]]:
    products, markdowns = table_of(Product), table_of(Markdown)
    product, marked = products.c, markdowns.c
    is_low = (
        (marked.community_id == product.community_id)
        & (marked.product_id == product.id)
        & (marked.version == product.price_version)
    )
    columns = (product[each.key] for each in _COLUMNS)
    return (
        select(*columns, marked.batch_id)
        .select_from(products.outerjoin(markdowns, is_low))
        .where(product.community_id == bindparam("community_id"), among(product.id, "ids"))
    )


def list_products(community_id: UUID, *, shop_id: UUID | None = None) -> list[ProductFacts]:
    """The open products of a shop (of all shops where none is named), by name; at most 5,000."""
    wanted = _products(community_id).where(Product.closed_at.is_(None))
    if shop_id is not None:
        wanted = wanted.where(Product.shop_id == shop_id)
    ordered = wanted.order_by(Product.sort_key, Product.id).limit(PRODUCTS_MAX)
    return [_facts(row) for row in db.session.execute(ordered)]


def page_of_products(
    community_id: UUID,
    *,
    shop_id: UUID,
    text: str = "",
    category: str | None = None,
    order: ProductOrder = "name",
    is_closed: bool = False,
    after: str | None = None,
) -> Page[ProductFacts]:
    """A page of a shop's open (or closed) products.

    `text` is part of a name, of how it is read, or a barcode.

    By name (as it is read), by price, or what is nearly gone first.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    wanted = _products(community_id).where(Product.shop_id == shop_id, *_matching(text))
    if category is not None:
        wanted = wanted.where(Product.category == category)
    closed = Product.closed_at.is_not(None) if is_closed else Product.closed_at.is_(None)
    key = _KEYS[order]
    if after is not None:
        value, product_id = _cursor(after, order)
        wanted = wanted.where(or_(key > value, (key == value) & (Product.id > product_id)))
    ordered = wanted.where(closed).order_by(key, Product.id).limit(PAGE_LENGTH + 1)
    rows = db.session.execute(ordered.add_columns(key)).all()
    found = [_facts(row[:-1]) for row in rows[:PAGE_LENGTH]]
    if len(rows) <= PAGE_LENGTH:
        return Page(found, None)
    return Page(found, seal_cursor(rows[PAGE_LENGTH - 1][-1], found[-1].id))


def find_scanned(community_id: UUID, shop_id: UUID, barcode: str) -> ProductFacts | None:
    """The open product with this barcode, as the scanner typed it."""
    typed = "".join(barcode.split()).upper()
    rows = fetch(_with_barcode(), community_id=community_id, shop_id=shop_id, barcode=typed)
    return _facts(rows[0]) if rows else None


@prepared
def _with_barcode(_among: Among) -> Select[*tuple[Any, ...]]:
    return _of_shop().where(table_of(Product).c.barcode == bindparam("barcode"))


def suggest_products(community_id: UUID, shop_id: UUID, text: str) -> list[ProductFacts]:
    """A few open products for what was typed at the counter: those in stock first."""
    where = {"community_id": community_id, "shop_id": shop_id}
    if not text.strip():
        return [_facts(row) for row in fetch(_in_stock_first(), **where)]
    rows = db.session.execute(_suggested().where(*_matching(text)), where)
    return [_facts(row) for row in rows]


@prepared
def _in_stock_first(_among: Among) -> Select[*tuple[Any, ...]]:
    return _suggested()


def _suggested() -> Select[*tuple[Any, ...]]:
    product = table_of(Product).c
    ordered = _of_shop().order_by(product.on_hand == 0, product.sort_key, product.id)
    return ordered.limit(SUGGESTIONS_MAX)


def _of_shop() -> Select[*tuple[Any, ...]]:
    product = table_of(Product).c
    return select(*(product[each.key] for each in _COLUMNS)).where(
        product.community_id == bindparam("community_id"),
        product.shop_id == bindparam("shop_id"),
        product.closed_at.is_(None),
    )


def categories_of(community_id: UUID, shop_id: UUID) -> list[str]:
    """The categories of a shop's open products, as they are read; at most 50."""
    found = db.session.scalars(
        select(Product.category)
        .where(
            Product.community_id == community_id,
            Product.shop_id == shop_id,
            Product.closed_at.is_(None),
            Product.category.is_not(None),
        )
        .distinct()
        .limit(PAGE_LENGTH)
    )
    return sorted((each for each in found if each), key=sort_key)


def prices_of(community_id: UUID, product_id: UUID) -> list[PriceFacts]:
    """The versions of a product's price, newest first; at most 50."""
    rows = db.session.execute(
        select(
            ProductPrice.version,
            ProductPrice.price_points,
            ProductPrice.set_by_id,
            ProductPrice.set_at,
        )
        .where(ProductPrice.community_id == community_id, ProductPrice.product_id == product_id)
        .order_by(ProductPrice.version.desc())
        .limit(PAGE_LENGTH)
    )
    return [PriceFacts(*row) for row in rows]


def _matching(text: str) -> list[Any]:
    words = text.split()
    return [
        or_(
            Product.name.contains(word, autoescape=True),
            Product.pack.contains(word, autoescape=True),
            Product.barcode.startswith(word.upper(), autoescape=True),
            *_read_as(word.lower()),
        )
        for word in words[:5]
    ]


def _read_as(word: str) -> list[ColumnElement[bool]]:
    """Typed without an input method: first letters ("xz"), or the whole reading ("xiangzao")."""
    if not (word.isascii() and word.isalnum()):
        return []
    whole = func.replace(Product.sort_key, " ", "")
    return [
        Product.initials.contains(word, autoescape=True),
        whole.contains(word, autoescape=True),
    ]


def _products(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(Product.community_id == community_id)


def _facts(row: Any) -> ProductFacts:
    return ProductFacts(*row)


def _cursor(after: str, order: ProductOrder) -> tuple[str | int, UUID]:
    value, text = open_cursor(after, 2)
    try:
        product_id = UUID(text)
        number = 0 if order == "name" else int(value)
    except ValueError as error:
        raise PageUnknown from error
    if "\0" in value or abs(number) > POINTS_MAX:
        raise PageUnknown
    return value if order == "name" else number, product_id
