"""Reading what one person or household may have."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.shop.models import Product, PurchaseLimit
from pointsvc.shop.queries.catalogue import ProductFacts
from pointsvc.shop.windows import WindowKind, window_start

LIMITS_MAX = 200


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """A limit in force; without product and category it is one on everything in the shop."""

    id: UUID
    shop_id: UUID
    product_id: UUID | None
    category: str | None
    holder: str
    window_kind: WindowKind
    measure: str
    most: int

    @property
    def subject(self) -> str:
        """What it is called among the limits (`earning.limits`)."""
        return f"limit:{self.id}"

    def holds_for(self, product: ProductFacts) -> bool:
        """Whether the product counts towards it."""
        if self.shop_id != product.shop_id:
            return False
        if self.product_id is not None:
            return self.product_id == product.id
        return self.category is None or self.category == product.category

    def holder_of(self, *, member_id: UUID, household_id: UUID) -> UUID:
        """Whose use is counted: the person's, or the household's (the person's own without one)."""
        return member_id if self.holder == "member" else household_id


@dataclass(frozen=True, slots=True)
class InForce:
    """The limits of some shops today; `starts` is when the window of each began that holds today."""

    today: date
    limits: tuple[LimitFacts, ...]
    starts: dict[UUID, date]


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit with the name of its product."""

    facts: LimitFacts
    product_name: str | None


def limits_of(community_id: UUID, shop_ids: Collection[UUID]) -> list[LimitFacts]:
    """The limits in force in these shops."""
    rows = fetch(_in_force(), community_id=community_id, shop_ids=list(shop_ids))
    return [LimitFacts(*row) for row in rows]


def limits_on(community_id: UUID, shop_ids: Collection[UUID], today: date) -> InForce:
    """The limits in force in these shops, with their windows of that day."""
    found = tuple(limits_of(community_id, shop_ids))
    kinds = {(each.shop_id, each.window_kind) for each in found}
    begins = {kind: window_start(community_id, *kind, today) for kind in kinds}
    starts = {each.id: begins[each.shop_id, each.window_kind] for each in found}
    return InForce(today, found, starts)


@prepared
def _in_force(among: Among) -> Select[*tuple[Any, ...]]:
    limit = table_of(PurchaseLimit).c
    columns = (limit[name] for name in LimitFacts.__slots__)
    return (
        select(*columns)
        .where(
            limit.community_id == bindparam("community_id"),
            among(limit.shop_id, "shop_ids"),
            limit.ended_at.is_(None),
        )
        .order_by(limit.id)
        .limit(LIMITS_MAX)
    )


def limit_rows(community_id: UUID, shop_id: UUID) -> list[LimitRow]:
    """A shop's limits in force, as the page shows them."""
    found = limits_of(community_id, [shop_id])
    ids = {each.product_id for each in found if each.product_id}
    wanted = select(Product.id, Product.name, Product.pack).where(
        Product.community_id == community_id, Product.id.in_(ids)
    )
    names = {row.id: f"{row.name} {row.pack}".strip() for row in db.session.execute(wanted)}
    return [
        LimitRow(each, names.get(each.product_id) if each.product_id else None) for each in found
    ]


def get_limit(community_id: UUID, limit_id: UUID) -> LimitFacts:
    """The limit, in force or ended. Raises NotFound."""
    row = db.session.execute(
        select(*(getattr(PurchaseLimit, name) for name in LimitFacts.__slots__)).where(
            PurchaseLimit.community_id == community_id, PurchaseLimit.id == limit_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return LimitFacts(*row)
