"""The donation register: gifts taken in at the shop, and the history of an office's old book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import derived_id, new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.shop.errors import AmountRefused
from pointsvc.shop.models import Donation, DonationLine, Product
from pointsvc.shop.papers import GiftPapers, ValueBasis
from pointsvc.shop.rules import DonorKind, donor_kind_for
from pointsvc.shop.service.gift_papers import keep_papers, keep_values
from pointsvc.shop.service.stock import Arrival, take_in
from pointsvc.shop.shelf import Moving

RECEIPTS: Final = "shop.donation"
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class DonatedLine:
    """Goods of one kind in a gift. `restriction` is the donor's word on whom it is for."""

    product_id: UUID
    quantity: int
    best_before_on: date | None = None
    restriction: str | None = None
    value_fen: int | None = None
    value_basis: ValueBasis | None = None
    use_by_on: date | None = None


@dataclass(frozen=True, slots=True)
class DonationReceipt:
    """A gift that is in the register and on the shelf."""

    donation_id: UUID
    receipt_no: int


@dataclass(frozen=True, slots=True)
class HistoricLine:
    """Goods of one kind in an old book's row; `value_fen` is the whole line's value."""

    product_name: str
    pack: str
    quantity: int
    value_fen: int | None = None
    best_before_on: date | None = None
    restriction: str | None = None


@dataclass(frozen=True, slots=True)
class HistoricDonation:
    """A gift of an office's old book. The id is derived from the row, so that twice is once."""

    id: UUID
    donor: str | None
    received_on: date
    lines: tuple[HistoricLine, ...]


def record_donation(
    *,
    community_id: UUID,
    donor: str | None,
    lines: Sequence[DonatedLine],
    handler_id: UUID,
    moving: Moving,
    donor_kind: DonorKind | None = None,
    is_named: bool = False,
    papers: GiftPapers | None = None,
) -> DonationReceipt:
    """Take a gift of goods in: register, batches, movements and a receipt number, all or nothing.

    An anonymous gift is recorded too (慈善法 art. 38). `donor_kind` is read from the name where
    nobody says; `is_named` is a person's word that the public board may show their name.
    A restricted line stays in a batch of its own and is not sold (慈善法 art. 56). No points.

    Raises:
        NotFound, ProductClosed, AmountRefused (no line, or a quantity that is no amount).
    """
    if not lines:
        raise AmountRefused
    names = _names_of(community_id, {line.product_id for line in lines})
    donation_id = new_id()
    line_ids = [new_id() for _line in lines]
    take_in(
        community_id=community_id,
        kind="donation",
        moving=moving,
        arrivals=[_arrival(*each) for each in zip(line_ids, lines, strict=True)],
    )
    [receipt_no] = take_numbers(community_id=community_id, name=RECEIPTS)
    row = _donation_row(community_id, donation_id, receipt_no, donor, donor_kind)
    row |= {
        "is_named": is_named,
        "received_on": moving.business_on,
        "handler_id": handler_id,
        "is_history": False,
        "recorded_at": moving.at,
    }
    db.session.execute(insert(Donation), [row])
    db.session.execute(
        insert(DonationLine),
        [
            _line_row(community_id, donation_id, number, line)
            | {"id": line_id, "product_id": line.product_id}
            | names[line.product_id]
            for number, (line_id, line) in enumerate(zip(line_ids, lines, strict=True), start=1)
        ],
    )
    bases = zip(line_ids, lines, strict=True)
    keep_values(
        community_id=community_id,
        bases={line_id: line.value_basis for line_id, line in bases if line.value_basis},
    )
    if papers is not None:
        keep_papers(community_id=community_id, donation_id=donation_id, papers=papers)
    note(
        community_id=community_id,
        actor=Actor("member", handler_id),
        action="shop.donation_recorded",
        subject_id=donation_id,
        now=moving.at,
        detail={"receipt_no": receipt_no, "lines": len(lines)},
    )
    return DonationReceipt(donation_id, receipt_no)


def _arrival(line_id: UUID, line: DonatedLine) -> Arrival:
    return Arrival(
        line_id,
        line.product_id,
        line.quantity,
        line.best_before_on,
        line.restriction,
        use_by_on=line.use_by_on,
    )


def record_donation_history(
    *,
    community_id: UUID,
    donations: Sequence[HistoricDonation],
    recorded_by_id: UUID | None,
    now: datetime,
) -> int:
    """Enter an old book's gifts with their dates, not in stock; return how many were new.

    Rows whose id is in the register are left alone. A few statements for any number of rows.
    Raises nothing for rows that fit the columns: the importer checks them.
    """
    known = _known_ids(community_id, [donation.id for donation in donations])
    new = {each.id: each for each in donations if each.id not in known}
    if not new:
        return 0
    numbers = take_numbers(community_id=community_id, name=RECEIPTS, count=len(new))
    rows = [
        _donation_row(community_id, each.id, receipt_no, each.donor, None)
        | {
            "is_named": False,
            "received_on": each.received_on,
            "handler_id": recorded_by_id,
            "is_history": True,
            "recorded_at": now,
        }
        for receipt_no, each in zip(numbers, new.values(), strict=True)
    ]
    db.session.execute(insert(Donation), rows)
    db.session.execute(insert(DonationLine), list(_history_lines(community_id, new.values())))
    return len(new)


def _names_of(community_id: UUID, product_ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    rows = db.session.execute(
        select(Product.id, Product.name, Product.pack).where(
            Product.community_id == community_id, Product.id.in_(product_ids)
        )
    )
    names = {row.id: {"product_name": row.name, "pack": row.pack} for row in rows}
    if len(names) != len(product_ids):
        raise NotFound
    return names


def _donation_row(
    community_id: UUID,
    donation_id: UUID,
    receipt_no: int,
    donor: str | None,
    donor_kind: DonorKind | None,
) -> dict[str, Any]:
    kind = donor_kind or donor_kind_for(donor)
    name = " ".join((donor or "").split())
    if kind == "anonymous" or not name:
        kind, name = "anonymous", ""
    return {
        "community_id": community_id,
        "id": donation_id,
        "receipt_no": receipt_no,
        "donor": name or None,
        "donor_kind": kind,
    }


def _line_row(
    community_id: UUID, donation_id: UUID, number: int, line: DonatedLine | HistoricLine
) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "donation_id": donation_id,
        "number": number,
        "quantity": line.quantity,
        "value_fen": line.value_fen,
        "best_before_on": line.best_before_on,
        "restriction": line.restriction,
    }


def _history_lines(
    community_id: UUID, donations: Iterable[HistoricDonation]
) -> Iterable[dict[str, Any]]:
    for donation in donations:
        for number, line in enumerate(donation.lines, start=1):
            yield _line_row(community_id, donation.id, number, line) | {
                "id": derived_id("donation_line", donation.id, number),
                "product_id": None,
                "product_name": line.product_name,
                "pack": line.pack,
            }


def _known_ids(community_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    known: set[UUID] = set()
    for start in range(0, len(ids), CHUNK):
        found = select(Donation.id).where(
            Donation.community_id == community_id, Donation.id.in_(ids[start : start + CHUNK])
        )
        known.update(db.session.scalars(found))
    return known
