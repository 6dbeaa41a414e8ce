"""Reading the money side: suppliers, sponsors' budgets, purchases, what the stock is worth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_number, seal_cursor
from pointsvc.kernel.vault import mask_name
from pointsvc.shop.models import (
    Batch,
    Donation,
    DonationLine,
    Product,
    Purchase,
    PurchaseLine,
    Sponsorship,
    Supplier,
)
from pointsvc.shop.money import StockWorth
from pointsvc.shop.queries.corrections import fen_changed, lines_changed, supplier_now
from pointsvc.shop.queries.heads import heads_now, of_purchase, reads_now
from pointsvc.shop.queries.spending import is_counted_between

LIST_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """Where goods are bought."""

    id: UUID
    name: str
    address: str
    contact: str


@dataclass(frozen=True, slots=True)
class SponsorshipFacts:
    """A sponsor's money, and what is spent of it."""

    id: UUID
    sponsor: str | None
    sponsor_kind: str
    is_named: bool
    purpose: str | None
    evidence: str | None
    amount_fen: int
    spent_fen: int
    received_on: date

    @property
    def left_fen(self) -> int:
        """What can still be spent."""
        return self.amount_fen - self.spent_fen

    @property
    def public_sponsor(self) -> str | None:
        """The name that the public may read; None for one who gave none."""
        if self.sponsor is None or self.sponsor_kind == "organisation" or self.is_named:
            return self.sponsor
        masked = mask_name(self.sponsor)
        return masked if masked.isascii() else f"{masked[0]}*"


@dataclass(frozen=True, slots=True)
class PurchaseFacts:
    """An invoice as it reads now; `recorded_…` is what was entered, by which its money is counted."""

    id: UUID
    number: int
    shop_id: UUID
    supplier_id: UUID
    supplier: str
    sponsorship_id: UUID | None
    sponsor: str | None
    invoice_no: str | None
    bought_on: date
    total_fen: int
    bought_by_id: UUID
    recorded_at: datetime
    recorded_fen: int
    recorded_on: date
    recorded_supplier: str
    recorded_sponsorship_id: UUID | None


@dataclass(frozen=True, slots=True)
class PurchaseLineFacts:
    """Goods of one kind on an invoice, as it reads now."""

    id: UUID
    purchase_id: UUID
    product_id: UUID
    batch_id: UUID
    product_name: str
    pack: str
    quantity: int
    price_fen: int
    batch_no: str | None
    produced_on: date | None
    best_before_on: date | None


@dataclass(frozen=True, slots=True)
class PurchaseFilter:
    """Which invoices are wanted: of a stretch of days; with words in supplier, number, sponsor, goods.

    `entered_in`: by the day on which an invoice counts as it was entered, in this time zone, not by the
    date that it reads now.
    """

    first: date | None = None
    last: date | None = None
    text: str = ""
    entered_in: str | None = None


def list_suppliers(community_id: UUID) -> list[SupplierFacts]:
    """All suppliers by name; at most 500."""
    rows = db.session.execute(
        select(Supplier.id, Supplier.name, Supplier.address, Supplier.contact)
        .where(Supplier.community_id == community_id)
        .order_by(Supplier.name)
        .limit(LIST_MAX)
    )
    return [SupplierFacts(*row) for row in rows]


def get_supplier(community_id: UUID, supplier_id: UUID) -> SupplierFacts:
    """The supplier. Raises NotFound."""
    row = db.session.execute(
        select(Supplier.id, Supplier.name, Supplier.address, Supplier.contact).where(
            Supplier.community_id == community_id, Supplier.id == supplier_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return SupplierFacts(*row)


def list_sponsorships(
    community_id: UUID,
    *,
    first: date | None = None,
    last: date | None = None,
    only_left: bool = False,
) -> list[SponsorshipFacts]:
    """The sponsors' money, newest first (`only_left`: of which something is); at most 500."""
    wanted = _sponsorships(community_id)
    if only_left:
        wanted = wanted.where(Sponsorship.spent_fen < Sponsorship.amount_fen)
    if first is not None and last is not None:
        wanted = wanted.where(Sponsorship.received_on.between(first, last))
    ordered = wanted.order_by(Sponsorship.received_on.desc(), Sponsorship.id.desc())
    return [SponsorshipFacts(*row) for row in db.session.execute(ordered.limit(LIST_MAX))]


def get_sponsorship(community_id: UUID, sponsorship_id: UUID) -> SponsorshipFacts:
    """A sponsor's money. Raises NotFound."""
    row = db.session.execute(
        _sponsorships(community_id).where(Sponsorship.id == sponsorship_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return SponsorshipFacts(*row)


def page_of_purchases(
    community_id: UUID, asked: PurchaseFilter, *, after: str | None = None
) -> Page[PurchaseFacts]:
    """The invoices, newest first. Raises PageUnknown."""
    before = None if after is None else open_number(after)
    found = purchases_for(community_id, asked, before_no=before, limit=PAGE_LENGTH + 1)
    more = len(found) > PAGE_LENGTH
    return Page(found[:PAGE_LENGTH], seal_cursor(found[PAGE_LENGTH - 1].number) if more else None)


def purchases_for(
    community_id: UUID, asked: PurchaseFilter, *, before_no: int | None = None, limit: int = 500
) -> list[PurchaseFacts]:
    """The next invoices below a number, newest first."""
    heads = heads_now(community_id)
    wanted = _purchases(community_id, heads)
    if asked.first is not None and asked.last is not None:
        wanted = wanted.where(_is_of(asked.first, asked.last, asked.entered_in, heads))
    if asked.text:
        goods = select(PurchaseLine.purchase_id).where(
            PurchaseLine.community_id == community_id,
            PurchaseLine.product_name.icontains(asked.text, autoescape=True),
        )
        wanted = wanted.where(
            or_(
                Supplier.name.icontains(asked.text, autoescape=True),
                Purchase.invoice_no.icontains(asked.text, autoescape=True),
                heads.c.invoice_no.icontains(asked.text, autoescape=True),
                Sponsorship.sponsor.icontains(asked.text, autoescape=True),
                Purchase.id.in_(goods),
            )
        )
    if before_no is not None:
        wanted = wanted.where(Purchase.number < before_no)
    rows = db.session.execute(wanted.order_by(Purchase.number.desc()).limit(limit))
    return [_invoice(row) for row in rows]


def get_purchase(community_id: UUID, purchase_id: UUID) -> PurchaseFacts:
    """The invoice. Raises NotFound."""
    wanted = _purchases(community_id, heads_now(community_id)).where(Purchase.id == purchase_id)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound
    return _invoice(row)


def purchase_lines_of(
    community_id: UUID, purchase_ids: Collection[UUID]
) -> dict[UUID, list[PurchaseLineFacts]]:
    """The lines of these invoices, in their order."""
    changed = lines_changed(community_id)
    rows = db.session.execute(
        select(
            PurchaseLine.id,
            PurchaseLine.purchase_id,
            PurchaseLine.product_id,
            PurchaseLine.batch_id,
            PurchaseLine.product_name,
            PurchaseLine.pack,
            PurchaseLine.quantity + func.coalesce(changed.c.units, 0),
            PurchaseLine.price_fen + func.coalesce(changed.c.fen, 0),
            PurchaseLine.batch_no,
            PurchaseLine.produced_on,
            PurchaseLine.best_before_on,
        )
        .outerjoin(changed, changed.c.line_id == PurchaseLine.id)
        .where(
            PurchaseLine.community_id == community_id,
            is_among(PurchaseLine.purchase_id, purchase_ids),
        )
        .order_by(PurchaseLine.purchase_id, PurchaseLine.number)
    )
    lines: dict[UUID, list[PurchaseLineFacts]] = {}
    for row in rows:
        of = lines.setdefault(row.purchase_id, [])
        of.append(PurchaseLineFacts(*row[:6], int(row[6]), int(row[7]), *row[8:]))
    return lines


def gifts_worth(community_id: UUID, first: date, last: date) -> tuple[int, int, int]:
    """Of the gifts of these days: lines, their value as far as it is known, lines without one."""
    row: Any = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(DonationLine.value_fen), 0),
            func.sum(case((DonationLine.value_fen.is_(None), 1), else_=0)),
        )
        .select_from(DonationLine)
        .join(
            Donation,
            and_(
                Donation.community_id == DonationLine.community_id,
                Donation.id == DonationLine.donation_id,
            ),
        )
        .where(Donation.community_id == community_id, Donation.received_on.between(first, last))
    ).one()
    return int(row[0]), int(row[1]), int(row[2] or 0)


def budget_left(community_id: UUID) -> int:
    """What of all sponsors' money can still be spent, in fen."""
    left = db.session.scalar(
        select(func.sum(Sponsorship.amount_fen - Sponsorship.spent_fen)).where(
            Sponsorship.community_id == community_id
        )
    )
    return int(left or 0)


def stock_worth(community_id: UUID, *, today: date) -> StockWorth:
    """What may be exchanged today, at its points and at what it cost; one statement.

    Restricted goods and what is past its date pay for no points.
    """
    points = Batch.on_hand * Product.price_points
    changed = lines_changed(community_id)
    paid = PurchaseLine.price_fen + func.coalesce(changed.c.fen, 0)
    came = PurchaseLine.quantity + func.coalesce(changed.c.units, 0)
    bought = Batch.on_hand * paid // func.nullif(came, 0, type_=BigInteger)
    given = Batch.on_hand * DonationLine.value_fen // DonationLine.quantity
    known = or_(PurchaseLine.price_fen.is_not(None), DonationLine.value_fen.is_not(None))
    row: Any = db.session.execute(
        select(
            func.sum(Batch.on_hand),
            func.sum(points),
            func.sum(case((known, 0), else_=Batch.on_hand)),
            func.sum(func.coalesce(bought, given, 0)),
            func.sum(case((known, points), else_=0)),
        )
        .select_from(Batch)
        .join(
            Product,
            and_(Product.community_id == Batch.community_id, Product.id == Batch.product_id),
        )
        .outerjoin(
            PurchaseLine,
            and_(
                PurchaseLine.community_id == Batch.community_id, PurchaseLine.batch_id == Batch.id
            ),
        )
        .outerjoin(changed, changed.c.line_id == PurchaseLine.id)
        .outerjoin(
            DonationLine,
            and_(
                DonationLine.community_id == Batch.community_id,
                DonationLine.id == Batch.donation_line_id,
            ),
        )
        .where(
            Batch.community_id == community_id,
            Batch.on_hand > 0,
            Batch.restriction.is_(None),
            or_(Batch.best_before_on.is_(None), Batch.best_before_on >= today),
        )
    ).one()
    return StockWorth(*(int(each or 0) for each in row))


def _is_of(first: date, last: date, zone: str | None, heads: Subquery) -> ColumnElement[bool]:
    if zone is not None:
        return is_counted_between(first, last, zone)
    return reads_now(heads, "bought_on").between(first, last)


def _invoice(row: Any) -> PurchaseFacts:
    """A sum of whole numbers is a decimal on PostgreSQL."""
    return PurchaseFacts(**row._asdict() | {"total_fen": int(row.total_fen)})


def _sponsorships(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        Sponsorship.id,
        Sponsorship.sponsor,
        Sponsorship.sponsor_kind,
        Sponsorship.is_named,
        Sponsorship.purpose,
        Sponsorship.evidence,
        Sponsorship.amount_fen,
        Sponsorship.spent_fen,
        Sponsorship.received_on,
    ).where(Sponsorship.community_id == community_id)


def _purchases(community_id: UUID, heads: Subquery) -> Select[*tuple[Any, ...]]:
    paid_by, entered = reads_now(heads, "sponsorship_id"), aliased(Supplier)
    return (
        select(
            Purchase.id,
            Purchase.number,
            Purchase.shop_id,
            Supplier.id.label("supplier_id"),
            Supplier.name.label("supplier"),
            paid_by.label("sponsorship_id"),
            Sponsorship.sponsor,
            reads_now(heads, "invoice_no").label("invoice_no"),
            reads_now(heads, "bought_on").label("bought_on"),
            (Purchase.total_fen + fen_changed()).label("total_fen"),
            Purchase.bought_by_id,
            Purchase.recorded_at,
            Purchase.total_fen.label("recorded_fen"),
            Purchase.bought_on.label("recorded_on"),
            entered.name.label("recorded_supplier"),
            Purchase.sponsorship_id.label("recorded_sponsorship_id"),
        )
        .select_from(Purchase)
        .outerjoin(heads, of_purchase(heads))
        .join(
            Supplier,
            and_(Supplier.community_id == Purchase.community_id, Supplier.id == supplier_now()),
        )
        .join(
            entered,
            and_(entered.community_id == Purchase.community_id, entered.id == Purchase.supplier_id),
        )
        .outerjoin(
            Sponsorship,
            and_(Sponsorship.community_id == Purchase.community_id, Sponsorship.id == paid_by),
        )
        .where(Purchase.community_id == community_id)
    )
