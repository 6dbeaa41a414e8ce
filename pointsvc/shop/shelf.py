"""Locked stock: the only writer of batches' and products' on hand, and of movements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows, update_rows
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.shop.errors import GoodsReserved
from pointsvc.shop.models import Batch, Product, StockMovement
from pointsvc.shop.rules import BatchFacts, may_leave

BATCH_COLUMNS: Final = (
    Batch.id,
    Batch.product_id,
    Batch.best_before_on,
    Batch.restriction,
    Batch.received_on,
    Batch.on_hand,
)


@dataclass(frozen=True, slots=True)
class Move:
    """Units that come to (delta > 0) or leave a batch, once for its source and effect."""

    batch_id: UUID
    delta: int
    kind: str
    source_type: str
    source_id: UUID
    effect: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Moving:
    """Who moves, who approved it, when, on which day of the community."""

    moved_by_id: UUID | None
    at: datetime
    business_on: date
    approved_by_id: UUID | None = None


@dataclass(slots=True)
class Shelf:
    """Some products of a community, locked in the order of their ids until commit."""

    community_id: UUID
    on_hand: dict[UUID, int]
    batches: dict[UUID, BatchFacts]
    reserved: Counter[UUID] = field(default_factory=Counter)
    _held: Counter[UUID] = field(default_factory=Counter)
    _moved: list[dict[str, Any]] = field(default_factory=list)

    def batches_of(self, product_id: UUID) -> list[BatchFacts]:
        """The product's batches that were loaded."""
        return [batch for batch in self.batches.values() if batch.product_id == product_id]

    def add_batches(self, rows: Sequence[dict[str, Any]]) -> None:
        """Put new, empty batches on the shelf."""
        whole = [row | {"community_id": self.community_id, "on_hand": 0} for row in rows]
        insert_rows(Batch, whole)
        for row in rows:
            facts = BatchFacts(
                row["id"],
                row["product_id"],
                row["best_before_on"],
                row["restriction"],
                row["received_on"],
                0,
            )
            self.batches[facts.id] = facts

    def move(self, moves: Sequence[Move], moving: Moving) -> None:
        """Move, and write it down."""
        self.plan(moves, moving)
        self.write()

    def plan(self, moves: Sequence[Move], moving: Moving) -> None:
        """Move on the locked shelf; who looks at it next sees what is left. `write` makes it last."""
        self._moved.extend(self._row(move, moving) for move in moves)

    def hold(self, product_id: UUID, units: int) -> None:
        """Keep so many more units for somebody, or so many fewer; `write` makes it last."""
        self.reserved[product_id] += units
        self._held[product_id] += units

    def write(self) -> None:
        """Write the planned movements and what is on hand after them, in three statements.

        What is kept for somebody is written first: who fetches it lowers both (S1, by CHECK as well).
        On hand is added to, never set: where a lock was missing, the CHECK still sees both writers
        and refuses a negative stock. A second movement of one effect is refused as well (S1, S4).
        """
        update_rows(Product, self._added(self._held, "reserved"), added=("reserved",))
        self._held.clear()
        insert_rows(StockMovement, self._moved)
        for model, name in ((Batch, "batch_id"), (Product, "product_id")):
            deltas: Counter[UUID] = Counter()
            for row in self._moved:
                deltas[row[name]] += row["delta"]
            update_rows(model, self._added(deltas, "on_hand"), added=("on_hand",))
        self._moved.clear()

    def _added(self, deltas: Counter[UUID], name: str) -> list[dict[str, Any]]:
        return [
            {"community_id": self.community_id, "id": id_, name: delta}
            for id_, delta in sorted(deltas.items())
            if delta
        ]

    def _check_kept(self, batch: BatchFacts, today: date) -> None:
        """What leaves by hand leaves enough, and enough that is good, for whom it is kept."""
        left, reserved = self.on_hand[batch.product_id], self.reserved[batch.product_id]
        if may_leave(batch, today):
            good = (b.on_hand for b in self.batches_of(batch.product_id) if may_leave(b, today))
            left = min(left, sum(good))
        if left < reserved:
            raise GoodsReserved(reserved=reserved)

    def _row(self, move: Move, moving: Moving) -> dict[str, Any]:
        batch = self.batches[move.batch_id]
        batch = replace(batch, on_hand=batch.on_hand + move.delta)
        self.batches[batch.id] = batch
        self.on_hand[batch.product_id] += move.delta
        if move.delta < 0 and move.kind != "order":
            self._check_kept(batch, moving.business_on)
        return {
            "community_id": self.community_id,
            "id": new_id(),
            "batch_id": batch.id,
            "product_id": batch.product_id,
            "kind": move.kind,
            "delta": move.delta,
            "batch_after": batch.on_hand,
            "product_after": self.on_hand[batch.product_id],
            "source_type": move.source_type,
            "source_id": move.source_id,
            "effect": move.effect,
            "reason": move.reason,
            "moved_by_id": moving.moved_by_id,
            "approved_by_id": moving.approved_by_id,
            "moved_at": moving.at,
            "business_on": moving.business_on,
        }


def open_shelf(
    *, community_id: UUID, product_ids: Collection[UUID], batch_ids: Collection[UUID] = ()
) -> Shelf:
    """Lock the products' head rows by id, then read their batches (docs/ledger.md §3).

    Loaded are the batches with something on hand and those of `batch_ids`. The heads are locked
    first because `UPDATE … WHERE id = (SELECT … LIMIT 1)` says "out of stock" falsely.

    Raises:
        NotFound: a product is absent or another community's.
    """
    goods = {"community_id": community_id, "product_ids": list(product_ids)}
    heads = fetch(_heads(), **goods)
    if len(heads) != len(set(product_ids)):
        raise NotFound
    rows = fetch(_loaded(), **goods, batch_ids=list(batch_ids))
    batches = {row.id: BatchFacts(*row) for row in rows}
    reserved = Counter({head.id: head.reserved for head in heads})
    return Shelf(community_id, {head.id: head.on_hand for head in heads}, batches, reserved)


def open_shelf_of(community_id: UUID, batch_id: UUID) -> Shelf:
    """The shelf of a batch's product, with the batch. Raises NotFound."""
    product_id = db.session.scalar(
        select(Batch.product_id).where(Batch.community_id == community_id, Batch.id == batch_id)
    )
    if product_id is None:
        raise NotFound
    return open_shelf(community_id=community_id, product_ids={product_id}, batch_ids={batch_id})


@prepared
def _heads(among: Among) -> Select[*tuple[Any, ...]]:
    product = table_of(Product).c
    return (
        select(product.id, product.on_hand, product.reserved)
        .where(product.community_id == bindparam("community_id"), among(product.id, "product_ids"))
        .order_by(product.id)
        .with_for_update()
    )


@prepared
def _loaded(among: Among) -> Select[*tuple[Any, ...]]:
    batch = table_of(Batch).c
    return select(*(batch[name.key] for name in BATCH_COLUMNS)).where(
        batch.community_id == bindparam("community_id"),
        among(batch.product_id, "product_ids"),
        or_(batch.on_hand > 0, among(batch.id, "batch_ids")),
    )
