"""Reading gifts beyond their register line: papers, what became of them, what is left to give out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.shop.models import (
    Batch,
    DonationDetail,
    DonorCode,
    GiftValue,
    Product,
    PurposeChange,
    StockMovement,
)
from pointsvc.shop.papers import GiftPapers
from pointsvc.shop.queries.descent import offspring_of
from pointsvc.shop.queries.donations import DonationFacts, GivenLine

CHANGES_MAX: Final = 200
LATEST: Final = 20


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a gift's line, in units: given = everything that left + what is still there.

    `exchanged` is less what came back; `counted` what counts found or missed; `moved` is what
    lies in another shop now. `receipts` is how many exchanges took some of it.
    """

    line: GivenLine
    exchanged: int
    issued: int
    wasted: int
    counted: int
    moved: int
    left: int
    receipts: int

    @property
    def is_balanced(self) -> bool:
        """Whether no unit is lost between gift and hand."""
        gone = self.exchanged + self.issued + self.wasted + self.moved
        return self.line.quantity + self.counted == gone + self.left


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A donor's consent to another purpose."""

    id: UUID
    batch_id: UUID
    seq: int
    from_purpose: str
    to_purpose: str | None
    consented_by: str
    consent_way: str
    consented_on: date
    evidence: str | None
    recorded_by_id: UUID
    recorded_at: datetime


def find_papers(community_id: UUID, donation_id: UUID) -> GiftPapers | None:
    """The gift's papers; None for one that was entered without."""
    row: Any = db.session.execute(
        select(
            DonationDetail.receiving_entity,
            DonationDetail.receipt_kind,
            DonationDetail.charity_receipt_no,
            DonationDetail.agreement_no,
            DonationDetail.promised_on,
            DonationDetail.quality,
        ).where(
            DonationDetail.community_id == community_id, DonationDetail.donation_id == donation_id
        )
    ).one_or_none()
    return None if row is None else GiftPapers(*row)


def value_bases(community_id: UUID, line_ids: Collection[UUID]) -> dict[UUID, str]:
    """How the values of these lines are known; nothing for those without."""
    rows = db.session.execute(
        select(GiftValue.donation_line_id, GiftValue.basis).where(
            GiftValue.community_id == community_id, is_among(GiftValue.donation_line_id, line_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def code_since(community_id: UUID, donation_id: UUID) -> datetime | None:
    """Since when the gift's donor has a page of their own; None for never, or no more."""
    return db.session.scalar(
        select(DonorCode.made_at).where(
            DonorCode.community_id == community_id,
            DonorCode.donation_id == donation_id,
            DonorCode.revoked_at.is_(None),
        )
    )


def fates_of(community_id: UUID, gift: DonationFacts) -> list[Fate]:
    """What became of each line of a gift that is in stock; a few statements, whatever its size.

    Goods that moved to another shop are followed there: what was exchanged there counts as well.
    """
    firsts = _batches_of(community_id, [line.id for line in gift.lines])
    others = offspring_of(community_id, firsts)
    line_of = firsts | {batch: firsts[first] for batch, first in others.items()}
    sums, receipts = _moved(community_id, line_of)
    here: dict[UUID, int] = {}
    kinds: dict[UUID, Counter[str]] = {line_id: Counter() for line_id in firsts.values()}
    taken: Counter[UUID] = Counter()
    for batch_id, line_id in line_of.items():
        moved = sums.get(batch_id, {})
        kinds[line_id].update(moved)
        taken[line_id] += receipts.get(batch_id, 0)
        if batch_id in firsts:
            here[line_id] = here.get(line_id, 0) + sum(moved.values())
    return [
        fate_for(line, kinds[line.id], left=here[line.id], receipts=taken[line.id])
        for line in gift.lines
        if line.id in kinds
    ]


def fate_for(line: GivenLine, moved: Mapping[str, int], *, left: int, receipts: int) -> Fate:
    """From the units by kind in all shops, and what is left where the gift came in."""
    return Fate(
        line=line,
        exchanged=-moved.get("order", 0) - moved.get("refund", 0),
        issued=-moved.get("issue", 0),
        wasted=-moved.get("waste", 0),
        counted=moved.get("count", 0),
        moved=sum(moved.values()) - left,
        left=left,
        receipts=receipts,
    )


def batches_of_lines(community_id: UUID, line_ids: Collection[UUID]) -> list[UUID]:
    """The batches that these gift lines brought, in other shops too."""
    firsts = _batches_of(community_id, line_ids)
    return [*firsts, *offspring_of(community_id, firsts)]


def changes_of(community_id: UUID, batch_ids: Collection[UUID]) -> list[ChangeRow]:
    """To which other purposes the donor agreed, oldest first."""
    wanted = _changes(community_id).where(is_among(PurposeChange.batch_id, batch_ids))
    ordered = wanted.order_by(PurposeChange.recorded_at, PurposeChange.seq).limit(CHANGES_MAX)
    return [ChangeRow(*row) for row in db.session.execute(ordered)]


def latest_changes(community_id: UUID, shop_id: UUID) -> list[tuple[ChangeRow, str]]:
    """The last purposes that changed in a shop with the goods' names, newest first; at most 20."""
    wanted = (
        _changes(community_id)
        .add_columns(Product.name)
        .join(
            Batch,
            (Batch.community_id == PurposeChange.community_id)
            & (Batch.id == PurposeChange.batch_id),
        )
        .join(
            Product, (Product.community_id == Batch.community_id) & (Product.id == Batch.product_id)
        )
        .where(Product.shop_id == shop_id)
        .order_by(PurposeChange.recorded_at.desc(), PurposeChange.seq.desc())
        .limit(LATEST)
    )
    return [(ChangeRow(*row[:-1]), row[-1]) for row in db.session.execute(wanted)]


def _changes(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        PurposeChange.id,
        PurposeChange.batch_id,
        PurposeChange.seq,
        PurposeChange.from_purpose,
        PurposeChange.to_purpose,
        PurposeChange.consented_by,
        PurposeChange.consent_way,
        PurposeChange.consented_on,
        PurposeChange.evidence,
        PurposeChange.recorded_by_id,
        PurposeChange.recorded_at,
    ).where(PurposeChange.community_id == community_id)


def _batches_of(community_id: UUID, line_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Batch → gift line, by the movement that brought it (its source is indexed)."""
    rows = db.session.execute(
        select(StockMovement.batch_id, StockMovement.source_id).where(
            StockMovement.community_id == community_id,
            StockMovement.source_type == "donation_line",
            is_among(StockMovement.source_id, line_ids),
        )
    )
    return {row[0]: row[1] for row in rows}


def _moved(
    community_id: UUID, batch_ids: Iterable[UUID]
) -> tuple[dict[UUID, dict[str, int]], dict[UUID, int]]:
    """Of each batch the units by kind of movement, and how many exchanges took some."""
    rows = db.session.execute(
        select(
            StockMovement.batch_id,
            StockMovement.kind,
            func.sum(StockMovement.delta),
            func.count(StockMovement.source_id.distinct()),
        )
        .where(
            StockMovement.community_id == community_id,
            is_among(StockMovement.batch_id, list(batch_ids)),
        )
        .group_by(StockMovement.batch_id, StockMovement.kind)
    )
    sums: dict[UUID, dict[str, int]] = {}
    receipts: dict[UUID, int] = {}
    for batch_id, kind, delta, sources in rows:
        sums.setdefault(batch_id, {})[kind] = int(delta)
        if kind == "order":
            receipts[batch_id] = int(sources)
    return sums, receipts
