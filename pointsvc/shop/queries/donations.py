"""Reading the donation register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_number, seal_cursor
from pointsvc.kernel.vault import mask_name
from pointsvc.shop.models import Donation, DonationLine

MONTH_MAX = 1000
COPIED_AT_ONCE = 500
DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Goods of one kind in a gift."""

    id: UUID
    product_id: UUID | None
    product_name: str
    pack: str
    quantity: int
    value_fen: int | None
    best_before_on: date | None
    restriction: str | None


@dataclass(frozen=True, slots=True)
class DonationFacts:
    """A gift with its lines. `donor` is None for an anonymous one."""

    id: UUID
    receipt_no: int
    donor: str | None
    donor_kind: str
    is_named: bool
    received_on: date
    handler_id: UUID | None
    is_history: bool
    lines: tuple[GivenLine, ...]

    @property
    def public_donor(self) -> str | None:
        """The name that the public may read; None for an anonymous gift.

        Organisations in full; of persons who did not agree the surname, as the form promises
        them (慈善法 art. 82): 李*, of a Latin name the initials.
        """
        if self.donor is None or self.donor_kind == "organisation" or self.is_named:
            return self.donor
        masked = mask_name(self.donor)
        return masked if masked.isascii() else f"{masked[0]}*"


def get_donation(community_id: UUID, donation_id: UUID) -> DonationFacts:
    """The gift. Raises NotFound."""
    found = _with_lines(community_id, _donations(community_id).where(Donation.id == donation_id))
    if not found:
        raise NotFound
    return found[0]


@dataclass(frozen=True, slots=True)
class GiftFilter:
    """Which gifts are wanted: of a stretch of days; with words in donor or goods, or this number."""

    first: date | None = None
    last: date | None = None
    text: str = ""


def page_of_donations(
    community_id: UUID, *, asked: GiftFilter | None = None, after: str | None = None
) -> Page[DonationFacts]:
    """The register, newest first.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    wanted = _asked_for(community_id, asked or GiftFilter())
    if after is not None:
        wanted = wanted.where(Donation.receipt_no < open_number(after))
    ordered = wanted.order_by(Donation.receipt_no.desc()).limit(PAGE_LENGTH + 1)
    found = _with_lines(community_id, ordered)
    more = len(found) > PAGE_LENGTH
    cursor = seal_cursor(found[PAGE_LENGTH - 1].receipt_no) if more else None
    return Page(found[:PAGE_LENGTH], cursor)


def donations_between(community_id: UUID, first: date, last: date) -> list[DonationFacts]:
    """The gifts received from `first` to `last`, both included, in that order; at most 1,000."""
    wanted = _donations(community_id).where(Donation.received_on.between(first, last))
    ordered = wanted.order_by(Donation.received_on, Donation.receipt_no).limit(MONTH_MAX)
    return _with_lines(community_id, ordered)


def donations_for(
    community_id: UUID, asked: GiftFilter, *, before_no: int | None = None
) -> list[DonationFacts]:
    """The next 500 gifts below a receipt number, newest first: for a copy of the whole register."""
    wanted = _asked_for(community_id, asked)
    if before_no is not None:
        wanted = wanted.where(Donation.receipt_no < before_no)
    return _with_lines(
        community_id, wanted.order_by(Donation.receipt_no.desc()).limit(COPIED_AT_ONCE)
    )


def _asked_for(community_id: UUID, asked: GiftFilter) -> Select[*tuple[Any, ...]]:
    wanted = _donations(community_id)
    if asked.first is not None and asked.last is not None:
        wanted = wanted.where(Donation.received_on.between(asked.first, asked.last))
    if asked.text:
        wanted = wanted.where(or_(*_says(community_id, asked.text)))
    return wanted


def _says(community_id: UUID, text: str) -> list[ColumnElement[bool]]:
    """The words stand in the donor's name or on a line; digits may be the receipt's number."""
    lines = select(DonationLine.donation_id).where(
        DonationLine.community_id == community_id,
        or_(
            DonationLine.product_name.icontains(text, autoescape=True),
            DonationLine.restriction.icontains(text, autoescape=True),
        ),
    )
    fits = [Donation.donor.icontains(text, autoescape=True), Donation.id.in_(lines)]
    if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX:
        fits.append(Donation.receipt_no == int(text))
    return fits


def _donations(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        Donation.id,
        Donation.receipt_no,
        Donation.donor,
        Donation.donor_kind,
        Donation.is_named,
        Donation.received_on,
        Donation.handler_id,
        Donation.is_history,
    ).where(Donation.community_id == community_id)


def _with_lines(community_id: UUID, wanted: Select[*tuple[Any, ...]]) -> list[DonationFacts]:
    rows: Sequence[Any] = db.session.execute(wanted).all()
    lines = _lines_of(community_id, [row.id for row in rows])
    return [DonationFacts(**row._asdict(), lines=tuple(lines.get(row.id, ()))) for row in rows]


def _lines_of(community_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[GivenLine]]:
    lines: dict[UUID, list[GivenLine]] = {}
    rows = db.session.execute(
        select(
            DonationLine.donation_id,
            DonationLine.id,
            DonationLine.product_id,
            DonationLine.product_name,
            DonationLine.pack,
            DonationLine.quantity,
            DonationLine.value_fen,
            DonationLine.best_before_on,
            DonationLine.restriction,
        )
        .where(DonationLine.community_id == community_id, DonationLine.donation_id.in_(ids))
        .order_by(DonationLine.donation_id, DonationLine.number)
    )
    for row in rows:
        values: list[Any] = list(row)
        lines.setdefault(values[0], []).append(GivenLine(*values[1:]))
    return lines
