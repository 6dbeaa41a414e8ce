"""Buying: suppliers, invoices with their goods, and whose money paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, insert, or_, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.shop.errors import AmountRefused
from pointsvc.shop.gift_errors import (
    BudgetExceeded,
    InvoiceKnown,
    InvoiceNoMistaken,
    SupplierExists,
)
from pointsvc.shop.models import (
    Product,
    Purchase,
    PurchaseLine,
    Sponsorship,
    Supplier,
)
from pointsvc.shop.models.money import FEN_MAX
from pointsvc.shop.money import yuan
from pointsvc.shop.queries.corrections import supplier_now
from pointsvc.shop.queries.heads import heads_now, of_purchase, reads_now
from pointsvc.shop.rules import check_paper
from pointsvc.shop.service.stock import Arrival, take_in
from pointsvc.shop.shelf import Moving

NUMBERS: Final = "shop.purchase"


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """Goods of one kind on an invoice; `price_fen` is the whole line's."""

    product_id: UUID
    quantity: int
    price_fen: int
    best_before_on: date | None = None
    batch_no: str | None = None
    produced_on: date | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """What stands on the paper, and which sponsorship pays."""

    shop_id: UUID
    supplier_id: UUID
    bought_on: date
    invoice_no: str | None = None
    sponsorship_id: UUID | None = None


def add_supplier(
    *, community_id: UUID, name: str, address: str, contact: str, by_id: UUID, now: datetime
) -> UUID:
    """Write a supplier down: name, address, contact (食品安全法 art. 53). Raises SupplierExists."""
    supplier_id = new_id()
    known = select(Supplier.id).where(Supplier.community_id == community_id, Supplier.name == name)
    if db.session.scalar(known) is not None:
        raise SupplierExists
    row = {
        "community_id": community_id,
        "id": supplier_id,
        "name": name,
        "address": address,
        "contact": contact,
        "created_at": now,
    }
    db.session.execute(insert(Supplier), [row])
    _note(community_id, "shop.supplier_added", supplier_id, by_id, now, {})
    return supplier_id


def record_purchase(
    *,
    community_id: UUID,
    purchase_id: UUID,
    invoice: Invoice,
    lines: Sequence[BoughtLine],
    moving: Moving,
) -> int:
    """Bought goods onto the shelf, a batch for each line, paid from a sponsor's money if so; its number.

    Locks: the supplier, the sponsorship, then products by id; the CHECK of what is spent has the last word.

    Raises:
        NotFound, ProductClosed, AmountRefused, FutureDate; InvoiceKnown; BudgetExceeded.
    """
    if not lines:
        raise AmountRefused
    assert moving.moved_by_id is not None
    check_paper("bought_on", invoice.bought_on, moving.business_on)
    supplier = supplier_name(community_id, invoice.supplier_id)
    lock_supplier(community_id, invoice.supplier_id)
    refuse_known(community_id, invoice.supplier_id, invoice.invoice_no)
    total_fen = sum(line.price_fen for line in lines)
    if total_fen > FEN_MAX:
        raise AmountRefused
    spend_money(community_id, invoice.sponsorship_id, total_fen)
    line_ids = [new_id() for _line in lines]
    batch_ids = take_in(
        community_id=community_id,
        kind="purchase",
        moving=moving,
        arrivals=[
            Arrival(line_id, line.product_id, line.quantity, line.best_before_on, supplier=supplier)
            for line_id, line in zip(line_ids, lines, strict=True)
        ],
    )
    [number] = take_numbers(community_id=community_id, name=NUMBERS)
    head = {
        "community_id": community_id,
        "id": purchase_id,
        "number": number,
        "shop_id": invoice.shop_id,
        "supplier_id": invoice.supplier_id,
        "sponsorship_id": invoice.sponsorship_id,
        "invoice_no": invoice.invoice_no,
        "bought_on": invoice.bought_on,
        "total_fen": total_fen,
        "bought_by_id": moving.moved_by_id,
        "recorded_at": moving.at,
    }
    db.session.execute(insert(Purchase), [head])
    names = _names_of(community_id, invoice.shop_id, lines)
    rows = [
        _line_row(community_id, purchase_id, place, line, names)
        | {"id": line_id, "batch_id": batch_id}
        for place, (line_id, batch_id, line) in enumerate(
            zip(line_ids, batch_ids, lines, strict=True), start=1
        )
    ]
    db.session.execute(insert(PurchaseLine), rows)
    detail = {"number": number, "lines": len(lines), "fen": total_fen}
    _note(
        community_id, "shop.purchase_recorded", purchase_id, moving.moved_by_id, moving.at, detail
    )
    return number


def supplier_name(community_id: UUID, supplier_id: UUID) -> str:
    """What it is called. Raises NotFound."""
    wanted = select(Supplier.name).where(
        Supplier.community_id == community_id, Supplier.id == supplier_id
    )
    name = db.session.scalar(wanted)
    if name is None:
        raise NotFound
    return name


def lock_supplier(community_id: UUID, supplier_id: UUID) -> None:
    """Of two who enter or correct invoices of a supplier, the second sees what the first did."""
    db.session.execute(
        select(Supplier.id)
        .where(Supplier.community_id == community_id, Supplier.id == supplier_id)
        .with_for_update()
    )


def refuse_known(
    community_id: UUID, supplier_id: UUID, invoice_no: str | None, *, but: UUID | None = None
) -> None:
    """One invoice of a supplier comes once, as it reads now; a new one not as another was entered either.

    What is corrected (`but`) may take the number that another was entered with by mistake.

    Raises:
        InvoiceKnown. InvoiceNoMistaken: only as another was entered; it is put right afterwards.
    """
    if invoice_no is None:
        return
    heads = heads_now(community_id)
    reads = (reads_now(heads, "invoice_no") == invoice_no) & (supplier_now() == supplier_id)
    entered = (Purchase.invoice_no == invoice_no) & (Purchase.supplier_id == supplier_id)
    wanted = (
        select(Purchase.number, case((reads, 0), else_=1).label("turn"))
        .outerjoin(heads, of_purchase(heads))
        .where(Purchase.community_id == community_id)
    )
    known = or_(reads, entered) if but is None else and_(reads, Purchase.id != but)
    found = db.session.execute(wanted.where(known).order_by("turn").limit(1)).one_or_none()
    if found is not None:
        refusal = InvoiceNoMistaken if found.turn else InvoiceKnown
        raise refusal(invoice_no=invoice_no, number=found.number)


def spend_money(community_id: UUID, sponsorship_id: UUID | None, fen: int) -> None:
    """Take the sum from the sponsor's money; added to, never set, so that the CHECK sees both."""
    if sponsorship_id is None:
        return
    where = (Sponsorship.community_id == community_id, Sponsorship.id == sponsorship_id)
    row = db.session.execute(
        select(Sponsorship.amount_fen, Sponsorship.spent_fen).where(*where).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    _check_budget(row.amount_fen - row.spent_fen, fen)
    db.session.execute(
        update(Sponsorship).where(*where).values(spent_fen=Sponsorship.spent_fen + fen)
    )


def _check_budget(left_fen: int, fen: int) -> None:
    if fen > left_fen:
        raise BudgetExceeded(left=yuan(left_fen), total=yuan(fen))


def _names_of(
    community_id: UUID, shop_id: UUID, lines: Sequence[BoughtLine]
) -> Mapping[UUID, tuple[str, str]]:
    wanted = {line.product_id for line in lines}
    rows = db.session.execute(
        select(Product.id, Product.name, Product.pack).where(
            Product.community_id == community_id,
            Product.shop_id == shop_id,
            Product.id.in_(wanted),
        )
    )
    names = {row.id: (row.name, row.pack) for row in rows}
    if len(names) != len(wanted):
        raise NotFound
    return names


def _line_row(
    community_id: UUID,
    purchase_id: UUID,
    number: int,
    line: BoughtLine,
    names: Mapping[UUID, tuple[str, str]],
) -> dict[str, Any]:
    name, pack = names[line.product_id]
    return {
        "community_id": community_id,
        "purchase_id": purchase_id,
        "number": number,
        "product_id": line.product_id,
        "product_name": name,
        "pack": pack,
        "quantity": line.quantity,
        "price_fen": line.price_fen,
        "batch_no": line.batch_no,
        "produced_on": line.produced_on,
        "best_before_on": line.best_before_on,
    }


def _note(
    community_id: UUID,
    action: str,
    subject_id: UUID,
    by_id: UUID,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=subject_id,
        now=now,
        detail=detail,
    )
