"""Reading stock-takes: which there are, who counts, what each counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.shop.counting import Compared, Found, compare
from pointsvc.shop.models import Product, StockCount, StockCountEntry
from pointsvc.shop.queries.catalogue import ProductFacts, products_by_id

COUNTS_MAX: Final = 24
RUNNING: Final = ("open", "agreed")


@dataclass(frozen=True, slots=True)
class CountFacts:
    """A stock-take. `second_id` is None until somebody joins."""

    id: UUID
    shop_id: UUID
    state: str
    round: int
    first_id: UUID
    second_id: UUID | None
    first_done_at: datetime | None
    second_done_at: datetime | None
    opened_at: datetime
    decided_by_id: UUID | None
    decided_at: datetime | None
    reason: str | None

    @property
    def counters(self) -> frozenset[UUID]:
        """Who counts."""
        return frozenset(each for each in (self.first_id, self.second_id) if each)

    def is_done_by(self, member_id: UUID) -> bool:
        """Whether this counter has finished the present round."""
        done_at = self.first_done_at if member_id == self.first_id else self.second_done_at
        return done_at is not None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A product that one person counted, without anything that the books or the other say."""

    product: ProductFacts
    counted: int
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class CountLine:
    """A product as both counted it, for who decides."""

    product: ProductFacts
    compared: Compared


def get_count(community_id: UUID, count_id: UUID) -> CountFacts:
    """The stock-take. Raises NotFound."""
    row = db.session.execute(_counts(community_id).where(StockCount.id == count_id)).one_or_none()
    if row is None:
        raise NotFound
    return CountFacts(*row)


def running_count(community_id: UUID, shop_id: UUID) -> CountFacts | None:
    """The one that is open, or waits for the supervisor."""
    row = db.session.execute(
        _counts(community_id).where(StockCount.shop_id == shop_id, StockCount.state.in_(RUNNING))
    ).one_or_none()
    return None if row is None else CountFacts(*row)


def undecided_counts(community_id: UUID) -> list[CountFacts]:
    """Those of every shop that both have counted and a supervisor has not decided."""
    wanted = _counts(community_id).where(StockCount.state == "agreed")
    return [CountFacts(*row) for row in db.session.execute(wanted.order_by(StockCount.id))]


def latest_counts(community_id: UUID, shop_id: UUID) -> list[CountFacts]:
    """A shop's stock-takes, newest first; two years of months."""
    wanted = _counts(community_id).where(StockCount.shop_id == shop_id)
    rows = db.session.execute(wanted.order_by(StockCount.id.desc()).limit(COUNTS_MAX))
    return [CountFacts(*row) for row in rows]


def compared(
    community_id: UUID, count_id: UUID, first_id: UUID, second_id: UUID | None
) -> list[Compared]:
    """What both counted, product by product."""
    rows = db.session.execute(
        select(
            StockCountEntry.product_id,
            StockCountEntry.counted_by_id,
            StockCountEntry.counted,
            StockCountEntry.books,
        )
        .where(StockCountEntry.community_id == community_id, StockCountEntry.count_id == count_id)
        .order_by(StockCountEntry.id)
    )
    return compare((Found(*row) for row in rows), first_id=first_id, second_id=second_id)


def lines_of(community_id: UUID, count: CountFacts) -> list[CountLine]:
    """The same with the products, those that differ first."""
    found = compared(community_id, count.id, count.first_id, count.second_id)
    products = products_by_id(community_id, {each.product_id for each in found})
    order = {"again": 0, "differs": 1, "same": 2}
    lines = [CountLine(products[each.product_id], each) for each in found]
    return sorted(lines, key=lambda line: (order[line.compared.verdict], line.product.label))


def entries_by(community_id: UUID, count_id: UUID, member_id: UUID) -> list[EntryRow]:
    """What this person counted, the latest of each product, newest first."""
    rows = db.session.execute(
        select(StockCountEntry.product_id, StockCountEntry.counted, StockCountEntry.counted_at)
        .where(
            StockCountEntry.community_id == community_id,
            StockCountEntry.count_id == count_id,
            StockCountEntry.counted_by_id == member_id,
        )
        .order_by(StockCountEntry.id)
    ).all()
    latest = {row.product_id: row for row in rows}
    products = products_by_id(community_id, latest.keys())
    found = [EntryRow(products[id_], row.counted, row.counted_at) for id_, row in latest.items()]
    return sorted(found, key=lambda entry: entry.counted_at, reverse=True)


def to_count_again(community_id: UUID, count: CountFacts, member_id: UUID) -> list[ProductFacts]:
    """In a later round: what this person has not counted again yet; no number is told."""
    if count.round == 1:
        return []
    done = db.session.scalars(
        select(StockCountEntry.product_id).where(
            StockCountEntry.community_id == community_id,
            StockCountEntry.count_id == count.id,
            StockCountEntry.counted_by_id == member_id,
            StockCountEntry.round == count.round,
        )
    )
    counted = set(done)
    lines = lines_of(community_id, count)
    asked = [line for line in lines if line.compared.verdict == "again"]
    return [line.product for line in asked or lines if line.product.id not in counted]


def uncounted(community_id: UUID, count: CountFacts, member_id: UUID) -> int:
    """How many products with something on hand this person has not counted."""
    mine = select(StockCountEntry.product_id).where(
        StockCountEntry.community_id == community_id,
        StockCountEntry.count_id == count.id,
        StockCountEntry.counted_by_id == member_id,
    )
    left = select(Product.id).where(
        Product.community_id == community_id,
        Product.shop_id == count.shop_id,
        Product.closed_at.is_(None),
        Product.on_hand > 0,
        Product.id.not_in(mine),
    )
    return len(db.session.scalars(left).all())


def _counts(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(*(getattr(StockCount, name) for name in CountFacts.__slots__)).where(
        StockCount.community_id == community_id
    )
