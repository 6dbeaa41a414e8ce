"""Reading stock: batches, movements, what can be handed out, what is about to expire."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, func, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_id, seal_cursor
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.shop.models import Batch, Product, StockMovement, StockTake
from pointsvc.shop.rules import is_past

BATCHES_MAX: Final = 500
WARN_DAYS: Final = 30
URGENT_DAYS: Final = 7
WARNED: Final = timedelta(days=WARN_DAYS)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with its product's name. `is_past`: only waste is left for it (S6)."""

    id: UUID
    product_id: UUID
    product_name: str
    pack: str
    shop_id: UUID
    best_before_on: date | None
    use_by_on: date | None
    restriction: str | None
    supplier: str | None
    donation_line_id: UUID | None
    received_on: date
    on_hand: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class MovementRow:
    """Units that came or went, newest first."""

    id: UUID
    batch_id: UUID
    kind: str
    delta: int
    product_after: int
    source_type: str
    source_id: UUID
    reason: str | None
    moved_by_id: UUID | None
    approved_by_id: UUID | None
    moved_at: datetime


def batches_of(community_id: UUID, product_id: UUID, *, today: date) -> list[BatchRow]:
    """The product's batches with something on hand, first out first."""
    return _read(_batches(community_id).where(Batch.product_id == product_id), today)


def get_batch(community_id: UUID, batch_id: UUID, *, today: date) -> BatchRow:
    """The batch, empty or not. Raises NotFound."""
    found = _read(_batches(community_id, with_empty=True).where(Batch.id == batch_id), today)
    if not found:
        raise NotFound
    return found[0]


def expiring_batches(
    community_id: UUID, shop_id: UUID, *, today: date, limit: int
) -> tuple[list[BatchRow], int]:
    """What is past its date or will be within 30 days, the soonest few; how many there are."""
    soon = (Product.shop_id == shop_id, Batch.best_before_on <= today + WARNED)
    wanted = _batches(community_id).where(*soon)
    found = _read(wanted, today, limit=limit)
    if len(found) < limit:
        return found, len(found)
    counted = wanted.with_only_columns(func.count(), maintain_column_froms=True)
    return found, db.session.scalar(counted) or 0


def dated_batches(community_id: UUID, shop_id: UUID, *, today: date) -> list[BatchRow]:
    """What has a date, soonest first; at most 500 batches."""
    wanted = _batches(community_id).where(
        Product.shop_id == shop_id, Batch.best_before_on.is_not(None)
    )
    return _read(wanted, today)


def usable_of(community_id: UUID, product_ids: Collection[UUID], *, today: date) -> dict[UUID, int]:
    """Units that may leave today: not restricted, not past their date (S6)."""
    rows = fetch(_usable(), community_id=community_id, ids=list(product_ids), today=today)
    return dict.fromkeys(product_ids, 0) | {row[0]: int(row[1]) for row in rows}


@prepared
def _usable(among: Among) -> Select[*tuple[Any, ...]]:
    batch = table_of(Batch).c
    return (
        select(batch.product_id, func.sum(batch.on_hand))
        .where(
            batch.community_id == bindparam("community_id"),
            among(batch.product_id, "ids"),
            batch.on_hand > 0,
            batch.restriction.is_(None),
            or_(batch.best_before_on.is_(None), batch.best_before_on >= bindparam("today")),
        )
        .group_by(batch.product_id)
    )


def available_of(
    community_id: UUID, product_ids: Collection[UUID], *, today: date
) -> dict[UUID, int]:
    """Units that anybody may have over the counter today: usable, and kept for nobody."""
    kept = db.session.execute(
        select(Product.id, Product.reserved).where(
            Product.community_id == community_id, Product.id.in_(product_ids), Product.reserved > 0
        )
    )
    reserved = {row.id: row.reserved for row in kept}
    usable = usable_of(community_id, product_ids, today=today)
    return {id_: max(0, units - reserved.get(id_, 0)) for id_, units in usable.items()}


def soonest_of(community_id: UUID, product_ids: Collection[UUID]) -> dict[UUID, date]:
    """The earliest best-before day of what lies on the shelf, of products that have one."""
    rows = db.session.execute(
        select(Batch.product_id, func.min(Batch.best_before_on))
        .where(
            Batch.community_id == community_id,
            Batch.product_id.in_(product_ids),
            Batch.on_hand > 0,
            Batch.best_before_on.is_not(None),
        )
        .group_by(Batch.product_id)
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def movements_of(
    community_id: UUID, product_id: UUID, *, after: str | None = None
) -> Page[MovementRow]:
    """A product's movements, newest first.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    wanted = select(
        StockMovement.id,
        StockMovement.batch_id,
        StockMovement.kind,
        StockMovement.delta,
        StockMovement.product_after,
        StockMovement.source_type,
        StockMovement.source_id,
        StockMovement.reason,
        StockMovement.moved_by_id,
        StockMovement.approved_by_id,
        StockMovement.moved_at,
    ).where(StockMovement.community_id == community_id, StockMovement.product_id == product_id)
    if after is not None:
        wanted = wanted.where(StockMovement.id < open_id(after))
    rows = db.session.execute(wanted.order_by(StockMovement.id.desc()).limit(PAGE_LENGTH + 1))
    found = [MovementRow(*row) for row in rows]
    more = len(found) > PAGE_LENGTH
    return Page(found[:PAGE_LENGTH], seal_cursor(found[PAGE_LENGTH - 1].id) if more else None)


@dataclass(frozen=True, slots=True)
class TakeRow:
    """A batch was counted: what the books said, what was there, who counted and who approved."""

    batch_id: UUID
    expected: int
    counted: int
    counted_by_id: UUID
    approved_by_id: UUID | None
    counted_at: datetime


def latest_takes(community_id: UUID, product_id: UUID, *, limit: int = 5) -> list[TakeRow]:
    """When the product was counted lately, newest first."""
    wanted = (
        select(
            StockTake.batch_id,
            StockTake.expected,
            StockTake.counted,
            StockTake.counted_by_id,
            StockTake.approved_by_id,
            StockTake.counted_at,
        )
        .where(StockTake.community_id == community_id, StockTake.product_id == product_id)
        .order_by(StockTake.counted_at.desc(), StockTake.id.desc())
        .limit(limit)
    )
    return [TakeRow(*row) for row in db.session.execute(wanted)]


def _batches(community_id: UUID, *, with_empty: bool = False) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(
            Batch.id,
            Batch.product_id,
            Product.name.label("product_name"),
            Product.pack,
            Product.shop_id,
            Batch.best_before_on,
            Batch.use_by_on,
            Batch.restriction,
            Batch.supplier,
            Batch.donation_line_id,
            Batch.received_on,
            Batch.on_hand,
        )
        .join(
            Product,
            (Product.community_id == Batch.community_id) & (Product.id == Batch.product_id),
        )
        .where(Batch.community_id == community_id)
    )
    return wanted if with_empty else wanted.where(Batch.on_hand > 0)


def _read(
    wanted: Select[*tuple[Any, ...]], today: date, *, limit: int = BATCHES_MAX
) -> list[BatchRow]:
    ordered = wanted.order_by(
        Batch.best_before_on.is_(None), Batch.best_before_on, Batch.received_on, Batch.id
    )
    rows: Sequence[Any] = db.session.execute(ordered.limit(limit)).all()
    return [BatchRow(**row._asdict(), is_past=is_past(row.best_before_on, today)) for row in rows]
