"""Where goods come from: of a batch its gift or its invoice; of order lines their batches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.kernel.vault import mask_name
from pointsvc.shop.models import (
    Batch,
    Donation,
    DonationLine,
    Purchase,
    PurchaseLine,
    RefundLine,
    Sponsorship,
    StockMovement,
    Supplier,
)
from pointsvc.shop.queries.descent import roots_of
from pointsvc.shop.queries.heads import heads_now, of_purchase, reads_now


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a batch came from: a gift, an invoice, or only the word of who took it in."""

    batch_id: UUID
    received_on: date
    best_before_on: date | None
    donation_id: UUID | None
    receipt_no: int | None
    donor: str | None
    donor_kind: str | None
    is_named: bool | None
    purchase_id: UUID | None
    purchase_no: int | None
    supplier: str | None
    sponsor: str | None
    sponsor_kind: str | None
    sponsor_is_named: bool | None

    @property
    def is_gift(self) -> bool:
        """Whether somebody gave it."""
        return self.donation_id is not None

    @property
    def public_donor(self) -> str | None:
        """The donor as the public may read them; None for one who gave no name."""
        return _public(self.donor, self.donor_kind, is_named=bool(self.is_named))

    @property
    def public_sponsor(self) -> str | None:
        """Whose money paid, as the public may read them."""
        return _public(self.sponsor, self.sponsor_kind, is_named=bool(self.sponsor_is_named))


@dataclass(frozen=True, slots=True)
class Part:
    """Units of an order line that came from one batch; `back` of them were given back."""

    line_id: UUID
    batch_id: UUID
    quantity: int
    back: int


def origins_of(community_id: UUID, batch_ids: Collection[UUID]) -> dict[UUID, Origin]:
    """The origins of these batches, of moved ones where they came in first; a few statements."""
    roots = roots_of(community_id, batch_ids)
    found = _origins(community_id, set(roots.values()))
    return {batch_id: found[root] for batch_id, root in roots.items() if root in found}


def _origins(community_id: UUID, batch_ids: Collection[UUID]) -> dict[UUID, Origin]:
    heads = heads_now(community_id)
    rows: Any = db.session.execute(
        select(
            Batch.id,
            Batch.received_on,
            Batch.best_before_on,
            Donation.id,
            Donation.receipt_no,
            Donation.donor,
            Donation.donor_kind,
            Donation.is_named,
            Purchase.id,
            Purchase.number,
            func.coalesce(Batch.supplier, Supplier.name),
            Sponsorship.sponsor,
            Sponsorship.sponsor_kind,
            Sponsorship.is_named,
        )
        .select_from(Batch)
        .outerjoin(DonationLine, _same(DonationLine, DonationLine.id == Batch.donation_line_id))
        .outerjoin(Donation, _same(Donation, Donation.id == DonationLine.donation_id))
        .outerjoin(PurchaseLine, _same(PurchaseLine, PurchaseLine.batch_id == Batch.id))
        .outerjoin(Purchase, _same(Purchase, Purchase.id == PurchaseLine.purchase_id))
        .outerjoin(Supplier, _same(Supplier, Supplier.id == Purchase.supplier_id))
        .outerjoin(heads, of_purchase(heads))
        .outerjoin(
            Sponsorship,
            _same(Sponsorship, Sponsorship.id == reads_now(heads, "sponsorship_id")),
        )
        .where(Batch.community_id == community_id, is_among(Batch.id, batch_ids))
    )
    return {row[0]: Origin(*row) for row in rows}


def parts_of(community_id: UUID, line_ids: Collection[UUID]) -> list[Part]:
    """From which batches the units of these order lines came; one statement by their source."""
    rows = db.session.execute(
        select(StockMovement.source_id, StockMovement.batch_id, func.sum(-StockMovement.delta))
        .where(
            StockMovement.community_id == community_id,
            StockMovement.source_type == "order_line",
            is_among(StockMovement.source_id, line_ids),
        )
        .group_by(StockMovement.source_id, StockMovement.batch_id)
        .order_by(StockMovement.source_id, StockMovement.batch_id)
    )
    back = _back(community_id, line_ids)
    return [Part(row[0], row[1], int(row[2]), back.get((row[0], row[1]), 0)) for row in rows]


def _back(community_id: UUID, line_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], int]:
    rows = db.session.execute(
        select(RefundLine.order_line_id, StockMovement.batch_id, func.sum(StockMovement.delta))
        .join(
            StockMovement,
            and_(
                StockMovement.community_id == RefundLine.community_id,
                StockMovement.source_type == "refund_line",
                StockMovement.source_id == RefundLine.id,
                StockMovement.kind == "refund",
            ),
        )
        .where(
            RefundLine.community_id == community_id, is_among(RefundLine.order_line_id, line_ids)
        )
        .group_by(RefundLine.order_line_id, StockMovement.batch_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def _same(model: Any, condition: Any) -> Any:
    return and_(model.community_id == Batch.community_id, condition)


def _public(name: str | None, kind: str | None, *, is_named: bool) -> str | None:
    """Organisations in full, persons who did not agree by surname (慈善法 art. 82)."""
    if name is None or kind == "organisation" or is_named:
        return name
    masked = mask_name(name)
    return masked if masked.isascii() else f"{masked[0]}*"
