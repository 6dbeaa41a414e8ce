"""Pure decisions about a stock-take: who agrees with whom, and which batches a difference changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from pointsvc.shop.errors import CountMoved
from pointsvc.shop.rules import BatchFacts, Pick

Verdict = Literal["same", "differs", "again"]


@dataclass(frozen=True, slots=True)
class Found:
    """What one person counted of a product, and what the books said at that moment."""

    product_id: UUID
    by_id: UUID
    counted: int
    books: int

    @property
    def difference(self) -> int:
        """What was too many (above 0) or missing."""
        return self.counted - self.books


@dataclass(frozen=True, slots=True)
class Compared:
    """A product as two people counted it; None where one of them did not."""

    product_id: UUID
    first: Found | None
    second: Found | None

    @property
    def verdict(self) -> Verdict:
        """Whether both found the same difference from the books of their moment (case 36)."""
        if self.first is None or self.second is None:
            return "again"
        if self.first.difference != self.second.difference:
            return "again"
        return "differs" if self.first.difference else "same"

    @property
    def difference(self) -> int:
        """What both found; asked only where they agree."""
        assert self.first is not None
        return self.first.difference


def compare(found: Iterable[Found], *, first_id: UUID, second_id: UUID | None) -> list[Compared]:
    """Each product with the latest of both; `found` is oldest first."""
    latest = {(each.product_id, each.by_id): each for each in found}
    products = dict.fromkeys(product_id for product_id, _by in latest)
    return [
        Compared(
            product_id,
            latest.get((product_id, first_id)),
            latest.get((product_id, second_id)) if second_id else None,
        )
        for product_id in products
    ]


def decide_corrections(batches: Collection[BatchFacts], difference: int) -> list[Pick]:
    """Which batches change by how much (below 0: fewer).

    Nobody can tell from the shelf which batch a missing unit was of: it is taken where the counter
    takes first, a donor's restricted goods last. What is too many joins what came in last.

    Raises:
        CountMoved: less on hand than is missing, or no batch at all.
    """
    ordered = sorted(batches, key=_first_taken)
    if difference > 0:
        if not ordered:
            raise CountMoved
        free = [batch for batch in ordered if batch.restriction is None]
        return [Pick((free or ordered)[-1], difference)]
    picks, rest = [], -difference
    for batch in ordered:
        taken = min(rest, batch.on_hand)
        if taken:
            picks.append(Pick(batch, -taken))
            rest -= taken
    if rest:
        raise CountMoved
    return picks


def _first_taken(batch: BatchFacts) -> tuple[bool, date, date, UUID]:
    last = batch.best_before_on or date.max
    return (batch.restriction is not None, last, batch.received_on, batch.id)
